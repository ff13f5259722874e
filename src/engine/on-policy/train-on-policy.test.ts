import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../base/rng.ts';
import { initWeights } from '../init-weights.ts';
import { scoreTopK } from '../score-top-k.ts';
import { createSessionCache } from '../session-cache.ts';
import type { Capacity, DecoderConfig, NamedTensors, TokenExample } from '../types.ts';
import { drawRound } from './draw-round.ts';
import { policyWeights } from './policy-weights.ts';
import {
  trainOnPolicy,
  type OnPolicyOptions,
  type OnPolicyProgress,
  type OnPolicyState,
} from './train-on-policy.ts';

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
const LORA: Capacity = {
  kind: 'lora',
  rank: 4,
  alpha: 8,
  targets: ['q_proj', 'v_proj', 'down_proj'],
};

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

function lively(seed: string): NamedTensors {
  const weights = initWeights(CONFIG, seed);
  for (const { shape, data } of weights.values()) {
    if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = data[i]! * 15;
  }
  return weights;
}

const teacher = lively('teacher');
const student = lively('student');
const rng = createRng('prompts');
const ids = (count: number): number[] => Array.from({ length: count }, () => rng.int(23));
const examples: TokenExample[] = Array.from({ length: 24 }, () => ({
  promptIds: ids(1 + rng.int(4)),
  completionIds: ids(1 + rng.int(5)),
}));

const scoreTeacher = (items: readonly TokenExample[]) =>
  scoreTopK(cache, { config: CONFIG, weights: teacher, items, topK: 8 });

const base: OnPolicyOptions = {
  config: CONFIG,
  weights: student,
  capacity: { kind: 'full' },
  scoreTeacher,
  examples,
  lmbda: 1,
  rounds: 6,
  rowsPerRound: 16,
  sampling: { temperature: 1, maxTokens: 6, endIds: [0], batch: 16 },
  temperature: 1,
  batchSize: 8,
  optimiser: {
    learningRate: 1e-2,
    warmupSteps: 1,
    schedule: 'linear',
    weightDecay: 0,
    maxGradNorm: 1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
  },
  seed: 'run',
};

describe('trainOnPolicy', () => {
  it.each([{ kind: 'full' } as const, LORA])(
    'brings a student nearer to its teacher ($kind)',
    async (capacity) => {
      const progress: OnPolicyProgress[] = [];
      const { losses, sampled } = await trainOnPolicy(cache, {
        ...base,
        capacity,
        rounds: 12,
        optimiser: { ...base.optimiser, learningRate: 3e-2 },
        onProgress: (update) => progress.push(update),
      });
      expect(losses).toHaveLength(24);
      const mean = (from: number, to: number): number =>
        losses.slice(from, to).reduce((sum, x) => sum + x, 0) / (to - from);
      expect(mean(20, 24)).toBeLessThan(0.8 * mean(0, 4));
      expect(sampled.rows).toBe(12 * 16);
      expect(sampled.truncated).toBeGreaterThan(0);
      const phases = progress.map(({ phase }) => phase).filter((x, i, all) => x !== all[i - 1]);
      expect(phases).toEqual(Array.from({ length: 12 }, () => ['sample', 'score', 'train']).flat());
      const steps = progress.flatMap((x) => (x.phase === 'train' ? [`${x.step}/${x.steps}`] : []));
      expect(steps).toEqual(Array.from({ length: 24 }, (_, i) => `${i + 1}/24`));
    },
  );

  it.each([{ kind: 'full' } as const, LORA])(
    'goes on after a round bit for bit ($kind)',
    async (capacity) => {
      const options = { ...base, capacity, lmbda: 0.5, rounds: 3 };
      const states: OnPolicyState[] = [];
      const whole = await trainOnPolicy(cache, { ...options, onRound: (x) => void states.push(x) });
      const resumed = await trainOnPolicy(cache, { ...options, start: states[0]! });
      expect(resumed.losses).toEqual(whole.losses);
      expect([resumed.tokens, resumed.sampled]).toEqual([whole.tokens, whole.sampled]);
      for (const [name, { data }] of whole.tensors) {
        expect(resumed.tensors.get(name)!.data).toEqual(data);
      }
      const other = await trainOnPolicy(cache, { ...options, seed: 'other' });
      expect(other.losses).not.toEqual(whole.losses);
    },
  );

  it('at lmbda 0 trains on the dataset alone, at 1 on nothing of it', async () => {
    const seen: TokenExample[] = [];
    const spy = async (items: readonly TokenExample[]) => {
      seen.push(...items);
      return scoreTeacher(items);
    };
    const none = await trainOnPolicy(cache, { ...base, rounds: 2, lmbda: 0, scoreTeacher: spy });
    expect(none.sampled.rows).toBe(0);
    for (const item of seen) expect(examples).toContain(item);
    seen.length = 0;
    await trainOnPolicy(cache, { ...base, rounds: 2, lmbda: 1, scoreTeacher: spy });
    expect(seen).toHaveLength(32);
    for (const item of seen) expect(examples).not.toContain(item);
  });

  it('samples from the student as it is by then, not as it was', async () => {
    const seen: TokenExample[][] = [];
    const spy = async (items: readonly TokenExample[]) => {
      seen.push([...items]);
      return scoreTeacher(items);
    };
    const trained = await trainOnPolicy(cache, {
      ...base,
      capacity: LORA,
      optimiser: { ...base.optimiser, learningRate: 5e-2, schedule: 'constant' },
      scoreTeacher: spy,
    });
    const now = policyWeights(student, LORA, trained.tensors);
    const score = async (weights: NamedTensors) => {
      const items = seen.at(-1)!;
      const { chosen_N } = await scoreTopK(cache, { config: CONFIG, weights, items, topK: 1 });
      return chosen_N.reduce((sum, x) => sum + x, 0) / chosen_N.length;
    };
    expect(await score(now)).toBeGreaterThan((await score(student)) + 0.1);
  });

  it('refuses numbers out of range', async () => {
    await expect(trainOnPolicy(cache, { ...base, lmbda: 1.2 })).rejects.toThrow(/lmbda is 1.2/);
    await expect(trainOnPolicy(cache, { ...base, rounds: 0 })).rejects.toThrow(/0 rounds/);
    await expect(trainOnPolicy(cache, { ...base, examples: [] })).rejects.toThrow(/no prompts/);
  });
});

describe('drawRound', () => {
  it('visits every example once per epoch, across rounds', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 9 }),
        (count, rowsPerRound) => {
          const options = { count, rowsPerRound, lmbda: 0.5, seed: 's' };
          const rounds = Array.from({ length: 2 * count }, (_, i) => drawRound(i, options));
          const drawn = rounds.flat().map(({ example }) => example);
          for (let epoch = 0; epoch < 2 * rowsPerRound; epoch++) {
            const own = drawn.slice(epoch * count, (epoch + 1) * count);
            expect(new Set(own).size).toBe(count);
          }
        },
      ),
    );
  });

  it('samples the share lmbda of the rows', () => {
    const rows = drawRound(0, { count: 10, rowsPerRound: 4000, lmbda: 0.3, seed: 's' });
    const share = rows.filter(({ isSampled }) => isSampled).length / rows.length;
    expect(Math.abs(share - 0.3)).toBeLessThan(4 * Math.sqrt((0.3 * 0.7) / 4000));
  });
});
