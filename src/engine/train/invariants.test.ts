import { afterAll, describe, expect, it } from 'vitest';
import { lengthOf } from '../packing.ts';
import { createSessionCache } from '../session-cache.ts';
import { adamW, raggedExamples, smallConfig, smallWeights } from '../small-model.fixture.ts';
import type { Capacity, TokenExample } from '../types.ts';
import { learningRateAt } from './adamw.ts';
import { planBatches } from './batches.ts';
import { type Trained, trainModel, type TrainOptions, type TrainState } from './train-model.ts';

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

const CAPACITIES: readonly Capacity[] = [
  { kind: 'full' },
  { kind: 'lora', rank: 4, alpha: 8, targets: ['q_proj', 'v_proj', 'down_proj'] },
  { kind: 'prefix', length: 5, frozenTokens: 1 },
];
const examples = raggedExamples(16, 'invariants');
const train = (options: Partial<TrainOptions>): Promise<Trained> =>
  trainModel(cache, {
    config: smallConfig,
    weights: smallWeights('weights'),
    capacity: { kind: 'full' },
    examples,
    objective: { kind: 'sft' },
    epochs: 2,
    batchSize: 8,
    optimiser: adamW,
    seed: 'invariants',
    prefixIds: [4, 8, 15, 16, 23],
    ...options,
  });

// Without momentum and clipping the first moment is the gradient of the last step itself.
const plain = { ...adamW, beta1: 0, maxGradNorm: 1e9 };
const gradientsOf = ({ adamW: state }: Trained): ReadonlyMap<string, Float32Array> =>
  new Map([...state.moments].map(([name, { m }]) => [name, m]));

/** Largest difference relative to the largest value, over all tensors. */
function relativeError(
  actual: ReadonlyMap<string, Float32Array>,
  expected: ReadonlyMap<string, Float32Array>,
): number {
  let error = 0;
  let largest = 0;
  for (const [name, values] of expected) {
    const got = actual.get(name)!;
    values.forEach((value, i) => {
      error = Math.max(error, Math.abs(got[i]! - value));
      largest = Math.max(largest, Math.abs(value));
    });
  }
  return error / largest;
}

describe.each(CAPACITIES)('training $kind', (capacity) => {
  // Trained a little first, so that LoRA's B is not zero.
  const trained = train({ capacity, epochs: 4 });
  /** Loss and gradient of one batch of these examples. */
  const stepOn = async (batch: readonly TokenExample[], options: Partial<TrainOptions> = {}) => {
    const start = structuredClone(await trained);
    const after = await train({
      capacity,
      start,
      round: { firstStep: start.losses.length, steps: 100 },
      examples: batch,
      epochs: 1,
      batchSize: batch.length,
      optimiser: plain,
      ...options,
    });
    return { loss: after.losses.at(-1)!, gradients: gradientsOf(after) };
  };

  it('is the same for a batch of 8 at once and for 8 runs of 1, to 1e-5', async () => {
    // Examples that fill a row each: a run of one row holds one of them.
    const long = raggedExamples(200, 'long').filter((x) => [13, 14, 15, 16].includes(lengthOf(x)));
    const whole = await stepOn(long.slice(0, 8));
    const split = await stepOn(long.slice(0, 8), { maxRunTokens: 16 });
    const options = { epochs: 1, batchSize: 8, seed: '', maxRunTokens: 16, cost: () => 1 };
    const [batch] = planBatches(long.slice(0, 8), options).batches;
    expect([...batch!.runs()]).toHaveLength(8);
    expect(split.loss).toBeCloseTo(whole.loss, 5);
    expect(relativeError(split.gradients, whole.gradients)).toBeLessThan(1e-5);
  });

  it('is the same for examples packed into rows and each in a row of its own, to 1e-5', async () => {
    const batch = examples.slice(0, 6);
    const packed = await stepOn(batch);
    const tokens = batch.reduce((sum, { completionIds }) => sum + completionIds.length, 0);
    let loss = 0;
    const sums = new Map<string, Float32Array>();
    for (const example of batch) {
      const alone = await stepOn([example]);
      const share = example.completionIds.length / tokens;
      loss += share * alone.loss;
      for (const [name, gradient] of alone.gradients) {
        const sum = sums.get(name) ?? new Float32Array(gradient.length);
        sums.set(
          name,
          sum.map((value, i) => value + share * gradient[i]!),
        );
      }
    }
    expect(packed.loss).toBeCloseTo(loss, 5);
    expect(relativeError(packed.gradients, sums)).toBeLessThan(1e-5);
  });

  it('is the same however few logits exist at once, to 1e-5', async () => {
    const whole = await stepOn(examples);
    for (const headRows of [5, 50]) {
      const chunked = await stepOn(examples, { headRows });
      expect(chunked.loss).toBeCloseTo(whole.loss, 5);
      expect(relativeError(chunked.gradients, whole.gradients)).toBeLessThan(1e-5);
    }
  });

  it('goes on from any step as if it had never stopped, bit for bit', async () => {
    const states: TrainState[] = [];
    const whole = await train({
      capacity,
      checkpoint: { isDue: () => true, save: (state) => states.push(structuredClone(state)) },
    });
    expect(states.map(({ losses }) => losses.length)).toEqual([1, 2, 3]);
    // A training that stops early is the whole one up to there, learning rates included.
    const stopped = await train({ capacity, stopAtShare: 0.5 });
    expect(stopped).toEqual({ ...states[1], bucket: whole.bucket });
    for (const start of states) expect(await train({ capacity, start })).toEqual(whole);
  });
});

describe('a frozen part of a prefix', () => {
  it('stays as it was initialised while the rest moves', async () => {
    const capacity = { kind: 'prefix', length: 5, frozenTokens: 2 } as const;
    const before = await train({ capacity, epochs: 0 });
    const after = await train({ capacity, optimiser: { ...adamW, weightDecay: 0.5 } });
    for (const [name, { data }] of after.tensors) {
      const frozen = (data.length / 5) * 2;
      const start = before.tensors.get(name)!.data;
      expect(data.subarray(0, frozen)).toEqual(start.subarray(0, frozen));
      expect(data.subarray(frozen)).not.toEqual(start.subarray(frozen));
    }
  });

  it('must not be all of it', async () => {
    const capacity = { kind: 'prefix', length: 2, frozenTokens: 2 } as const;
    await expect(train({ capacity })).rejects.toThrow('none is left');
  });
});

describe('training in rounds', () => {
  it('carries moments and schedule from round to round', async () => {
    const learningRates: number[] = [];
    const onProgress: TrainOptions['onProgress'] = ({ learningRate }) =>
      learningRates.push(learningRate);
    const round = { epochs: 1, onProgress };
    const first = await train({ ...round, round: { firstStep: 0, steps: 4 } });
    const [name, { m }] = [...first.adamW.moments][0]!;
    const moment = m.slice();
    const second = await train({
      ...round,
      examples: raggedExamples(16, 'second round'),
      start: first,
      round: { firstStep: 2, steps: 4 },
    });
    expect(second.losses).toHaveLength(4);
    expect(second.adamW.step).toBe(4);
    expect(second.adamW.moments.get(name)!.m).not.toEqual(moment);
    expect(learningRates).toEqual([0, 1, 2, 3].map((step) => learningRateAt(adamW, step, 4)));
  });
});

describe('options that contradict each other', () => {
  it('are refused', async () => {
    const lora = { kind: 'lora', rank: 2, alpha: 2 } as const;
    await expect(train({ capacity: { ...lora, targets: ['q_prj'] } })).rejects.toThrow('q_prj');
    const { tensors } = await train({ capacity: CAPACITIES[2]!, epochs: 1 });
    const weights = new Map([...smallWeights('weights'), ...tensors]);
    await expect(train({ weights })).rejects.toThrow('prefix');
    await expect(train({ stopAtShare: 0 })).rejects.toThrow('share 0');
  });
});
