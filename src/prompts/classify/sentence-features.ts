import type { Features } from './features.ts';

/** Standardised vectors are cut off here: a dimension of a decoder may be huge for one token. */
const MOST_DEVIATIONS = 6;

/** Sizes of features set how strongly the common penalty holds their weights down. */
const VECTOR_SIZE = 0.1;
const WORDS_SIZE = 1 / 3;

/** Mean and standard deviation of each dimension over the wordings fitted on. */
export interface Standard {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * Features of a piece of text: log-odds of each kind against `keep` by the word classifier, and
 * the standardised sentence vector (absent where a text has no tokens).
 */
export function sentenceFeatures(
  probabilities: readonly number[],
  vector: Float32Array | undefined,
  { mean, deviation }: Standard,
): Features {
  const [keep = 1, ...kinds] = probabilities;
  const features = new Map<string, number>();
  for (const [i, p] of kinds.entries()) {
    features.set(`words ${i}`, WORDS_SIZE * Math.log(Math.max(p, 1e-9) / Math.max(keep, 1e-9)));
  }
  for (const [i, value] of (vector ?? []).entries()) {
    const deviations = (value - mean[i]!) / deviation[i]!;
    const cut = Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, deviations));
    features.set(`vector ${i}`, VECTOR_SIZE * cut);
  }
  return features;
}
