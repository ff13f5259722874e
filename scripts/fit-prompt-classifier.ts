import { writeFileAtomic } from '../src/base/files.ts';
import { createRng } from '../src/base/rng.ts';
import { REMOVAL_KINDS } from '../src/prompts/classify/classifier.ts';
import { readWeights, weightsPath } from '../src/prompts/classify/classifier-weights.ts';
import { windowFeatures } from '../src/prompts/classify/features.ts';
import { sentenceFeatures, type Standard } from '../src/prompts/classify/sentence-features.ts';
import { openSentenceEncoder } from '../src/prompts/classify/sentence-vectors.ts';
import { scoreKinds, type SoftmaxWeights } from '../src/prompts/classify/word-scores.ts';
import { broadTasks } from '../src/worlds/english/broad/broad-tasks.ts';
import { type Example, fitSoftmax } from './prompt-classifier/fit-softmax.ts';
import { readLabelled } from './prompt-classifier/labelled.ts';
import { chooseThresholds } from './prompt-classifier/thresholds.ts';

/**
 * `npm run fit:prompts`
 *
 * Fits the classifier of prompts on the training wordings of `data/labelled-prompts` and writes
 * `data/prompt-classifier.json`. What words say of a wording comes from a fit that left its style
 * out; the thresholds come from cross-validation over styles. The held-out wordings are not read.
 * Raise VERSION whenever the weights change.
 */
const VERSION = 1;
const LAYERS = [4, 6];
const FIT = { classes: REMOVAL_KINDS.length + 1, l2: 0.0003, steps: 250, minCount: 2 };
const FOLDS = 5;
/** Every so many ordinary tasks of the english world serve as easy negatives, with less weight. */
const EASY_STEP = 4;
const EASY_WEIGHT = { words: 0.8, sentences: 0.5 } as const;
const DIGITS = 4;

const kinds = ['keep', ...REMOVAL_KINDS];
const labelled = [...readLabelled('train-remove.txt'), ...readLabelled('train-keep.txt')];
const styles = createRng('styles').shuffle([...new Set(labelled.map(({ style }) => style))]);
const wordings = [
  ...labelled.map(({ text, kind, style }) => ({
    text,
    label: kinds.indexOf(kind),
    fold: styles.indexOf(style) % FOLDS,
    easy: false,
  })),
  ...broadTasks()
    .filter((_task, i) => i % EASY_STEP === 0)
    .map(({ messages }, i) => ({
      text: messages[0]!.content,
      label: 0,
      fold: i % FOLDS,
      easy: true,
    })),
];

const byWords = wordings.map(({ text, label, easy }) => ({
  features: windowFeatures(text)[0]!,
  label,
  weight: easy ? EASY_WEIGHT.words : 1,
}));
const wordScores = crossScores(byWords);
const encoder = openSentenceEncoder(LAYERS);
const vectors = (await encoder.vectors(wordings.map(({ text }) => text))).map(([first]) => first!);
const standard = standardOf(vectors.filter((_vector, i) => !wordings[i]!.easy));
const bySentence = wordings.map(({ label, easy }, i) => ({
  features: sentenceFeatures(wordScores[i]!, vectors[i], standard),
  label,
  weight: easy ? EASY_WEIGHT.sentences : 1,
}));
const scores = crossScores(bySentence);
const scored = wordings.flatMap(({ label, easy }, i) =>
  easy ? [] : [{ audit: label > 0, p: 1 - scores[i]![0]! }],
);
console.log(`${labelled.length} wordings, cross-validation over ${styles.length} styles`);
const thresholds = chooseThresholds(scored);
writeFileAtomic(
  weightsPath(),
  `${JSON.stringify({
    version: VERSION,
    ...thresholds,
    words: rounded(fitSoftmax(byWords, FIT)),
    layers: LAYERS,
    sentences: {
      ...rounded(fitSoftmax(bySentence, FIT)),
      mean: standard.mean.map(short),
      deviation: standard.deviation.map(short),
    },
  })}\n`,
);
readWeights();

/** Probabilities of every wording by a fit on the other folds. */
function crossScores(examples: readonly Example[]): readonly (readonly number[])[] {
  const fits = Array.from({ length: FOLDS }, (_, out) =>
    fitSoftmax(
      examples.filter((_example, i) => wordings[i]!.fold !== out),
      FIT,
    ),
  );
  return examples.map(({ features }, i) => scoreKinds(features, fits[wordings[i]!.fold]!));
}

function standardOf(rows: readonly Float32Array[]): Standard {
  const mean = Array.from(
    rows[0]!,
    (_, d) => rows.reduce((sum, row) => sum + row[d]!, 0) / rows.length,
  );
  const deviation = mean.map((centre, d) =>
    Math.sqrt(rows.reduce((sum, row) => sum + (row[d]! - centre) ** 2, 0) / rows.length),
  );
  return { mean, deviation };
}

function rounded({ bias, weights }: SoftmaxWeights): object {
  return {
    bias: bias.map(short),
    weights: Object.fromEntries([...weights].map(([name, row]) => [name, row.map(short)])),
  };
}

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
