import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../base/rng.ts';
import { initWeights } from '../init-weights.ts';
import { scoreTopK } from '../score-top-k.ts';
import { createSessionCache } from '../session-cache.ts';
import { sumLogprobs } from '../sum-logprobs.ts';
import type {
  DecoderConfig,
  Divergence,
  NamedTensors,
  Objective,
  Optimiser,
  TokenExample,
} from '../types.ts';
import { mismatchCompletions } from './kl-baseline.ts';
import { trainModel } from './train-model.ts';

const CONFIG: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 23,
  hiddenSize: 16,
  intermediateSize: 24,
  layers: 1,
  heads: 2,
  kvHeads: 1,
  headDim: 8,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const OPTIMISER: Optimiser = {
  learningRate: 1e-2,
  warmupSteps: 0,
  schedule: 'constant',
  weightDecay: 0,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
};
const base = {
  config: CONFIG,
  capacity: { kind: 'full' as const },
  epochs: 8,
  optimiser: OPTIMISER,
  seed: 'train',
};

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

const weights = initWeights(CONFIG, 'student');
const rng = createRng('examples');
const ids = (count: number): number[] => Array.from({ length: count }, () => rng.int(23));
// Pairs: the chosen completions use low ids, the rejected ones high ids.
const pairs: TokenExample[] = Array.from({ length: 16 }, () => ids(1 + rng.int(5))).flatMap(
  (promptIds) =>
    [0, 12].map((from) => ({
      promptIds,
      completionIds: ids(1 + rng.int(6)).map((id) => from + (id % 11)),
    })),
);

const logprobs = async (model: NamedTensors, items: readonly TokenExample[]) =>
  sumLogprobs(items, await scoreTopK(cache, { config: CONFIG, weights: model, items, topK: 1 }));

/** Mean of ln π(chosen) − ln π(rejected). */
async function margin(model: NamedTensors): Promise<number> {
  const sums = await logprobs(model, pairs);
  return sums.reduce((sum, x, i) => sum + (i % 2 === 0 ? x : -x), 0) / (sums.length / 2);
}

describe('preference objectives', () => {
  it.each([false, true])(
    'DPO (length-normalised: %s) widens the margin',
    async (lengthNormalised) => {
      const reference_E = await logprobs(weights, pairs);
      const objective: Objective = { kind: 'dpo', reference_E, beta: 0.5, lengthNormalised };
      const options = { ...base, weights, examples: pairs, batchSize: 4, objective };
      const { losses, tensors } = await trainModel(cache, options);
      expect(losses).toHaveLength(8 * 4);
      expect(losses[0]).toBeCloseTo(Math.LN2, 5);
      expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
      expect(await margin(tensors)).toBeGreaterThan((await margin(weights)) + 2);
    },
  );

  it('KTO raises desirable completions above undesirable ones', async () => {
    const mismatched = mismatchCompletions(pairs, 8);
    const objective: Objective = {
      kind: 'kto',
      isDesirable: pairs.map((_, i) => i % 2 === 0),
      reference_E: await logprobs(weights, pairs),
      mismatched,
      mismatchedReference_E: await logprobs(weights, mismatched),
      beta: 0.3,
      desirableWeight: 1,
      undesirableWeight: 1,
    };
    const options = { ...base, weights, examples: pairs, batchSize: 8, objective };
    const { losses, tensors } = await trainModel(cache, options);
    expect(losses[0]).toBeCloseTo(0.5, 5);
    expect(losses.at(-1)!).toBeLessThan(0.45);
    expect(await margin(tensors)).toBeGreaterThan((await margin(weights)) + 2);
  });

  it('refuses data that does not fit', async () => {
    const run = (objective: Objective, examples = pairs) =>
      trainModel(cache, { ...base, weights, examples, batchSize: 4, objective });
    const reference_E = new Float32Array(pairs.length);
    await expect(run({ kind: 'dpo', reference_E: reference_E.slice(1), beta: 1 })).rejects.toThrow(
      /31 reference log-probabilities for 32 examples/,
    );
    await expect(
      run({ kind: 'dpo', reference_E: reference_E.slice(1), beta: 1 }, pairs.slice(1)),
    ).rejects.toThrow(/31 examples for pairs/);
    const targets = await scoreTopK(cache, { config: CONFIG, weights, items: pairs, topK: 4 });
    const kd = (divergence: Divergence): Promise<unknown> =>
      run({ kind: 'kd', targets, temperature: 1, divergence });
    await expect(kd({ kind: 'jsd', beta: 1.5 })).rejects.toThrow(/beta is 1.5/);
    await expect(kd({ kind: 'skew-kl', alpha: 1 })).rejects.toThrow(/alpha is 1/);
    await expect(run({ kind: 'sft', tokenWeights: new Float32Array(3) })).rejects.toThrow(
      /3 token weights for \d+ completion tokens/,
    );
  });
});

describe('token weights', () => {
  it('of 0 make tokens as good as absent from the loss', async () => {
    // The masked tail of each completion can be cut off, since later tokens see no earlier loss.
    const cut = pairs.map(({ promptIds, completionIds }) => ({
      promptIds,
      completionIds: completionIds.slice(0, 1),
    }));
    const tokenWeights = Float32Array.from(
      pairs.flatMap(({ completionIds }) => completionIds.map((_, i) => (i === 0 ? 0.5 : 0))),
    );
    const options = { ...base, epochs: 1, weights, batchSize: 8 };
    const masked = await trainModel(cache, {
      ...options,
      examples: pairs,
      objective: { kind: 'sft', tokenWeights },
    });
    const short = await trainModel(cache, {
      ...options,
      examples: cut,
      objective: { kind: 'sft' },
    });
    masked.losses.forEach((loss, i) => expect(loss).toBeCloseTo(short.losses[i]!, 4));
  });

  it('that are all 0 leave a batch without effect', async () => {
    const { losses, tensors } = await trainModel(cache, {
      ...base,
      epochs: 1,
      weights,
      examples: pairs,
      batchSize: 8,
      objective: {
        kind: 'sft',
        tokenWeights: new Float32Array(pairs.flatMap((x) => x.completionIds).length),
      },
    });
    expect(losses).toEqual([0, 0, 0, 0]);
    for (const [name, { data }] of tensors) expect(data).toEqual(weights.get(name)!.data);
  });
});

describe('going on from a state', () => {
  it('on the same examples again is training that was not interrupted', async () => {
    const options = {
      ...base,
      weights,
      examples: pairs.slice(0, 8),
      // One batch holds all examples, so that two calls see the same batches as one.
      batchSize: 8,
      objective: { kind: 'sft' as const },
      optimiser: { ...OPTIMISER, schedule: 'cosine' as const, warmupSteps: 1 },
    };
    const whole = await trainModel(cache, { ...options, epochs: 4 });
    const round = { firstStep: 0, steps: 4 };
    const start = await trainModel(cache, { ...options, epochs: 2, round });
    const second = { firstStep: 2, steps: 4 };
    const rest = await trainModel(cache, { ...options, epochs: 2, round: second, start });
    expect(rest.losses).toHaveLength(4);
    rest.losses.forEach((loss, i) => expect(loss).toBeCloseTo(whole.losses[i]!, 5));
    for (const [name, { data }] of whole.tensors) {
      const resumed = rest.tensors.get(name)!.data;
      expect(Math.max(...data.map((x, i) => Math.abs(x - resumed[i]!)))).toBeLessThan(1e-4);
    }
  });
});
