import { createRng } from '../base/rng.ts';
import { weightShapes } from './decoder/parameters.ts';
import { sizeOf } from './graph/value.ts';
import type { DecoderConfig, DenseTensor, Optimiser, TokenExample } from './types.ts';

/** A Llama with grouped-query attention, small enough to train in tests. */
export const smallConfig: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 41,
  hiddenSize: 16,
  intermediateSize: 24,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 4,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};

/** AdamW as most people run it. */
export const adamW: Optimiser = {
  learningRate: 5e-3,
  warmupSteps: 2,
  schedule: 'cosine',
  weightDecay: 0.01,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
};

/**
 * Weights far from uniform predictions: uniform in ±0.5, norm scales in 1 ± 0.25.
 * `scripts/references/small_llama.py` draws the same numbers.
 */
export function smallWeights(seed: string, config = smallConfig): Map<string, DenseTensor> {
  return new Map(
    [...weightShapes(config)].map(([name, shape]) => {
      const rng = createRng(seed, name);
      const value = (): number => (shape.length === 1 ? 0.75 + 0.5 * rng.next() : rng.next() - 0.5);
      return [name, { shape, data: Float32Array.from({ length: sizeOf(shape) }, value) }];
    }),
  );
}

/** Prompts of 1–9 and completions of 1–12 random tokens. */
export function raggedExamples(count: number, seed: string): TokenExample[] {
  const rng = createRng(seed);
  const ids = (n: number): number[] =>
    Array.from({ length: n }, () => rng.int(smallConfig.vocabSize));
  return Array.from({ length: count }, () => ({
    promptIds: ids(1 + rng.int(9)),
    completionIds: ids(1 + rng.int(12)),
  }));
}
