import { createEncoderClassifier } from '../src/prompts/classify/encoder-classifier.ts';
import { measureClassifier } from './prompt-classifier/measure.ts';

/**
 * `npm run validate:prompts [-- --encoder MODEL]`
 *
 * Recall and precision of the shipped classifier on the held-out wordings, with Wilson intervals,
 * and recall by kind; with a model, of the classifier that reads its sentence vectors too. Exits 1 below recall .95 or precision .9.
 */
const at = process.argv.indexOf('--encoder');
const model = at === -1 ? undefined : process.argv[at + 1];
const classifier = model === undefined ? undefined : await createEncoderClassifier(model);
const { recall, noticed, precision, byKind, mistakes } = await measureClassifier(classifier);
await classifier?.close();
const rate = ({ hits, of, low, high }: typeof recall): string =>
  `${hits} of ${of} = ${(hits / of).toFixed(3)} [${low.toFixed(3)}, ${high.toFixed(3)}]`;
console.log(`removed: recall ${rate(recall)}, precision ${rate(precision)}`);
console.log(
  `removed or flagged: recall ${rate(noticed.recall)}, precision ${rate(noticed.precision)}`,
);
for (const [kind, found] of byKind) console.log(`  ${kind}: found ${rate(found)}`);
if (process.argv.includes('--mistakes')) for (const line of mistakes) console.log(line);
process.exitCode = recall.hits / recall.of >= 0.95 && precision.hits / precision.of >= 0.9 ? 0 : 1;
