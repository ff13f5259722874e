import { join } from 'node:path';
import { writeFileAtomic } from '../src/base/files.ts';
import { packageRoot } from '../src/base/package-root.ts';
import { createRng } from '../src/base/rng.ts';
import { REMOVAL_KINDS } from '../src/prompts/classify/classifier.ts';
import { windowFeatures } from '../src/prompts/classify/features.ts';
import { readWeights, scoreKinds } from '../src/prompts/classify/word-classifier.ts';
import { broadTasks } from '../src/worlds/english/broad/broad-tasks.ts';
import { type Example, fitSoftmax, type SoftmaxWeights } from './prompt-classifier/fit-softmax.ts';
import { readLabelled } from './prompt-classifier/labelled.ts';

/**
 * `npm run fit:prompts`
 *
 * Fits the classifier of prompts on the training wordings of `data/labelled-prompts` and writes
 * `data/prompt-classifier.json`. The threshold comes from cross-validation on the same wordings;
 * the held-out ones are not read. Raise VERSION whenever the weights change.
 */
const VERSION = 1;
const CLASSES = REMOVAL_KINDS.length + 1;
const FIT = { classes: CLASSES, l2: 0.002, steps: 250, minCount: 2 };
/** Ordinary tasks of the english world are easy negatives, and there are many of them. */
const EASY_WEIGHT = 0.2;
const FOLDS = 5;
/** What is asked of the classifier; the threshold serves whichever is harder to reach. */
const WANTED = { recall: 0.95, precision: 0.9 } as const;
/** Prompts this much less suspicious than a removed one are kept and flagged. */
const FLAG_SHARE = 0.6;

const kinds = ['keep', ...REMOVAL_KINDS];
const labelled = [...readLabelled('train-remove.txt'), ...readLabelled('train-keep.txt')].map(
  ({ text, kind }): Example => ({
    features: windowFeatures(text)[0]!,
    label: kinds.indexOf(kind),
    weight: 1,
  }),
);
const easy = broadTasks().map(({ messages }): Example => ({
  features: windowFeatures(messages[0]!.content)[0]!,
  label: 0,
  weight: EASY_WEIGHT,
}));

const removeFrom = threshold();
const { bias, weights } = fitSoftmax([...labelled, ...easy], FIT);
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
writeFileAtomic(
  join(packageRoot(), 'data', 'prompt-classifier.json'),
  `${JSON.stringify({
    version: VERSION,
    removeFrom,
    flagFrom: rounded(removeFrom * FLAG_SHARE),
    bias: bias.map(rounded),
    weights: Object.fromEntries([...weights].map(([name, row]) => [name, row.map(rounded)])),
  })}\n`,
);
console.log(`${labelled.length} wordings, ${weights.size} features, removed from ${removeFrom}`);
readWeights();

/** The threshold, in steps of .01, that comes nearest to both targets on wordings it was not fitted on. */
function threshold(): number {
  const order = createRng('folds').shuffle(labelled.map((_, i) => i));
  const scored = Array.from({ length: FOLDS }, (_, fold) => {
    const out = new Set(order.filter((_index, at) => at % FOLDS === fold));
    const fitted = fitSoftmax([...labelled.filter((_example, i) => !out.has(i)), ...easy], FIT);
    return [...out].map((i) => ({
      audit: labelled[i]!.label > 0,
      p: suspicion(labelled[i]!, fitted),
    }));
  }).flat();
  const audits = scored.filter(({ audit }) => audit).length;
  const rates = Array.from({ length: 99 }, (_, i) => {
    const at = (i + 1) / 100;
    const removed = scored.filter(({ p }) => p >= at);
    const found = removed.filter(({ audit }) => audit).length;
    const [recall, precision] = [found / audits, found / Math.max(1, removed.length)];
    const worse = Math.min(recall / WANTED.recall, precision / WANTED.precision);
    return { at, recall, precision, worse };
  });
  const best = rates.reduce((a, b) => (b.worse > a.worse ? b : a));
  console.log(`cross-validation: recall ${best.recall}, precision ${best.precision}`);
  return best.at;
}

function suspicion({ features }: Example, { bias, weights }: SoftmaxWeights): number {
  return 1 - scoreKinds(features, bias, weights)[0]!;
}
