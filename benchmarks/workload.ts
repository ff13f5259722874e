import { createRng } from '../src/base/rng.ts';
import type { SessionCache } from '../src/engine/session-cache.ts';
import { trainModel, type TrainOptions } from '../src/engine/train/train-model.ts';
import type { TokenExample, TopKScores } from '../src/engine/types.ts';
import { OPTIMISER } from './settings.ts';

/** Examples of random tokens, all of the same lengths: speed does not depend on what they say. */
export function examplesOf(
  count: number,
  lengths: { readonly promptTokens: number; readonly completionTokens: number },
  vocabulary: number,
): TokenExample[] {
  const rng = createRng('bench', count);
  const ids = (n: number): number[] => Array.from({ length: n }, () => rng.int(vocabulary));
  return Array.from({ length: count }, () => ({
    promptIds: ids(lengths.promptTokens),
    completionIds: ids(lengths.completionTokens),
  }));
}

/** Made-up teacher distributions for examples: `topK` distinct tokens that hold four fifths. */
export function targetsFor(
  examples: readonly TokenExample[],
  topK: number,
  vocabulary: number,
): TopKScores {
  const rng = createRng('bench targets');
  const rows = examples.reduce((sum, { completionIds }) => sum + completionIds.length, 0);
  const stride = Math.floor(vocabulary / topK);
  return {
    rows,
    topK,
    tokenIds_NK: Int32Array.from(
      { length: rows * topK },
      (_, i) => (i % topK) * stride + rng.int(stride),
    ),
    logprobs_NK: new Float32Array(rows * topK).fill(Math.log(0.8 / topK)),
    chosen_N: new Float32Array(rows),
  };
}

/** What training did, step by step. */
export interface StepTimes {
  readonly seconds: readonly number[];
  readonly losses: readonly number[];
  /** Tokens of one step. */
  readonly tokens: number;
}

/** Trains and times every step; `epochs` × examples / batch size of them, all of one shape. */
export async function timeSteps(
  cache: SessionCache,
  options: Omit<TrainOptions, 'optimiser' | 'seed' | 'onProgress'>,
): Promise<StepTimes> {
  const seconds: number[] = [];
  let last = performance.now();
  const { losses, tokens } = await trainModel(cache, {
    ...options,
    optimiser: OPTIMISER,
    seed: 'bench',
    onProgress: () => {
      const now = performance.now();
      seconds.push((now - last) / 1000);
      last = now;
    },
  });
  return { seconds, losses, tokens: tokens / seconds.length };
}

/** Tokens per second of the median step after the first `warmup`. */
export function tokensPerSecond({ seconds, tokens }: StepTimes, warmup: number): number {
  return tokens / median(seconds.slice(warmup));
}

/** The middle value; of an even count, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2;
}
