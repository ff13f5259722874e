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
import { chooseThresholds, type Thresholds } from './prompt-classifier/thresholds.ts';

/**
 * `npm run fit:prompts`
 *
 * Fits the classifier of prompts on the training wordings of `data/labelled-prompts` and writes
 * `data/prompt-classifier.json`. The thresholds come from cross-validation over the styles of the
 * same wordings; the held-out ones are not read. Raise VERSION whenever the weights change.
 */
const VERSION = 2;
const CLASSES = REMOVAL_KINDS.length + 1;
const FIT = { classes: CLASSES, l2: 0.0003, steps: 250, minCount: 2 };
/** Ordinary tasks of the english world are easy negatives, and there are many of them. */
const EASY_WEIGHT = 0.2;
const FOLDS = 5;

const kinds = ['keep', ...REMOVAL_KINDS];
const labelled = [...readLabelled('train-remove.txt'), ...readLabelled('train-keep.txt')].map(
  ({ text, kind, style }) => ({
    features: windowFeatures(text)[0]!,
    label: kinds.indexOf(kind),
    weight: 1,
    style,
  }),
);
const easy = broadTasks().map(({ messages }): Example => ({
  features: windowFeatures(messages[0]!.content)[0]!,
  label: 0,
  weight: EASY_WEIGHT,
}));

const { removeFrom, flagFrom } = thresholds();
const { bias, weights } = fitSoftmax([...labelled, ...easy], FIT);
const rounded = (value: number): number => Math.round(value * 1000) / 1000;
writeFileAtomic(
  join(packageRoot(), 'data', 'prompt-classifier.json'),
  `${JSON.stringify({
    version: VERSION,
    removeFrom,
    flagFrom,
    bias: bias.map(rounded),
    weights: Object.fromEntries([...weights].map(([name, row]) => [name, row.map(rounded)])),
  })}\n`,
);
console.log(
  `${labelled.length} wordings, ${weights.size} features, removed from ${removeFrom}, flagged from ${flagFrom}`,
);
readWeights();

/** Thresholds by scores of wordings whose style was not fitted on. */
function thresholds(): Thresholds {
  const styles = createRng('styles').shuffle([...new Set(labelled.map(({ style }) => style))]);
  const scored = Array.from({ length: FOLDS }, (_, fold) => {
    const out = new Set(styles.filter((_style, at) => at % FOLDS === fold));
    const rest = labelled.filter(({ style }) => !out.has(style));
    const fitted = fitSoftmax([...rest, ...easy], FIT);
    return labelled
      .filter(({ style }) => out.has(style))
      .map((example) => ({ audit: example.label > 0, p: suspicion(example, fitted) }));
  }).flat();
  console.log(`cross-validation over ${styles.length} styles`);
  return chooseThresholds(scored);
}

function suspicion({ features }: Example, { bias, weights }: SoftmaxWeights): number {
  return 1 - scoreKinds(features, bias, weights)[0]!;
}
