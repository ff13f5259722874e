import { measureClassifier } from './prompt-classifier/measure.ts';

/**
 * `npm run validate:prompts [-- --mistakes]`
 *
 * Recall and precision of the shipped classifier on the held-out wordings, with Wilson intervals,
 * and recall by kind. Exits 1 below recall .95 or precision .9.
 */
const { recall, noticed, precision, byKind, mistakes } = await measureClassifier();
const rate = ({ hits, of, low, high }: typeof recall): string =>
  `${hits} of ${of} = ${(hits / of).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
console.log(`removed: recall ${rate(recall)}, precision ${rate(precision)}`);
console.log(
  `removed or flagged: recall ${rate(noticed.recall)}, precision ${rate(noticed.precision)}`,
);
for (const [kind, found] of byKind) console.log(`  ${kind}: found ${rate(found)}`);
if (process.argv.includes('--mistakes')) for (const line of mistakes) console.log(line);
process.exitCode = recall.hits / recall.of >= 0.95 && precision.hits / precision.of >= 0.9 ? 0 : 1;
