import { join } from 'node:path';
import { writeFileAtomic } from '../src/base/files.ts';
import { packageRoot } from '../src/base/package-root.ts';
import { createRng } from '../src/base/rng.ts';
import { openModel } from '../src/model/open-model.ts';
import { REMOVAL_KINDS } from '../src/prompts/classify/classifier.ts';
import { readEncoderWeights } from '../src/prompts/classify/encoder-classifier.ts';
import { encoderFeatures, type Standard } from '../src/prompts/classify/encoder-features.ts';
import { windowFeatures } from '../src/prompts/classify/features.ts';
import { openSentenceEncoder } from '../src/prompts/classify/sentence-vectors.ts';
import { readWeights, scoreKinds } from '../src/prompts/classify/word-classifier.ts';
import { broadTasks } from '../src/worlds/english/broad/broad-tasks.ts';
import { fitSoftmax } from './prompt-classifier/fit-softmax.ts';
import { readLabelled } from './prompt-classifier/labelled.ts';
import { chooseThresholds } from './prompt-classifier/thresholds.ts';

/**
 * `npm run fit:prompt-encoder`
 *
 * Fits the classifier of prompts that reads sentence vectors beside words, on the training wordings
 * alone, and writes `data/prompt-encoder.json`. The word classifier's log-odds of a wording come
 * from a fit that left its style out; thresholds come from cross-validation over styles.
 */
const VERSION = 1;
const MODEL = 'models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const LAYERS = [12, 16];
const OPENING = '<|im_start|>user\n';
const FIT = { classes: REMOVAL_KINDS.length + 1, l2: 0.0003, steps: 250, minCount: 2 };
const FOLDS = 5;
/** Every so many ordinary tasks of the english world serve as easy negatives. */
const EASY_STEP = 4;
const EASY_WEIGHT = { words: 0.2, vectors: 0.5 } as const;

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

const byWords = wordScores();
const card = await openModel(MODEL);
const encoder = await openSentenceEncoder(card, { layers: LAYERS, opening: OPENING });
const vectors = (await encoder.vectors(wordings.map(({ text }) => text))).map(([first]) => first!);
await encoder.close();
const standard = standardOf(vectors);
const examples = wordings.map(({ label, easy, fold }, i) => ({
  features: encoderFeatures(byWords[i]!, vectors[i], standard),
  label,
  weight: easy ? EASY_WEIGHT.vectors : 1,
  easy,
  fold,
}));

const scored = Array.from({ length: FOLDS }, (_, out) => {
  const { bias, weights } = fitSoftmax(
    examples.filter(({ fold }) => fold !== out),
    FIT,
  );
  return examples
    .filter(({ fold, easy }) => fold === out && !easy)
    .map(({ features, label }) => ({
      audit: label > 0,
      p: 1 - scoreKinds(features, bias, weights)[0]!,
    }));
}).flat();
console.log(`cross-validation over ${styles.length} styles`);
const thresholds = chooseThresholds(scored);
const { bias, weights } = fitSoftmax(examples, FIT);
const rounded = (value: number): number => Number(value.toPrecision(4));
writeFileAtomic(
  join(packageRoot(), 'data', 'prompt-encoder.json'),
  `${JSON.stringify({
    version: VERSION,
    words: readWeights().version,
    model: card.digest,
    modelName: 'SmolLM2-135M-Instruct.Q4_1.gguf',
    layers: LAYERS,
    opening: OPENING,
    ...thresholds,
    mean: standard.mean.map(rounded),
    deviation: standard.deviation.map(rounded),
    bias: bias.map(rounded),
    weights: Object.fromEntries([...weights].map(([name, row]) => [name, row.map(rounded)])),
  })}\n`,
);
readEncoderWeights();

/** Probabilities by words of each wording, fitted on the other folds. */
function wordScores(): readonly (readonly number[])[] {
  const features = wordings.map(({ text }) => windowFeatures(text)[0]!);
  const fits = Array.from({ length: FOLDS }, (_, out) =>
    fitSoftmax(
      wordings.flatMap(({ label, fold, easy }, i) =>
        fold === out
          ? []
          : [{ features: features[i]!, label, weight: easy ? EASY_WEIGHT.words * EASY_STEP : 1 }],
      ),
      FIT,
    ),
  );
  return wordings.map(({ fold }, i) => {
    const fit = fits[fold]!;
    return scoreKinds(features[i]!, fit.bias, fit.weights);
  });
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
