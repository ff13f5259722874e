import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { sampleModel } from './decode/sample-model.ts';
import { initWeights } from './init-weights.ts';
import { scoreTopK } from './score-top-k.ts';
import { createSessionCache } from './session-cache.ts';
import { trainModel } from './train/train-model.ts';
import type { DenseTensor, DecoderConfig, Optimiser, TokenExample } from './types.ts';

const CONFIG: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 37,
  hiddenSize: 24,
  intermediateSize: 40,
  layers: 2,
  heads: 6,
  kvHeads: 2,
  headDim: 4,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const OPTIMISER: Optimiser = {
  learningRate: 5e-3,
  warmupSteps: 2,
  schedule: 'constant',
  weightDecay: 0.01,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
};

// Larger than training initialisation, so that distributions are far from uniform.
function livelyWeights(config: DecoderConfig, seed: string): Map<string, DenseTensor> {
  const weights = initWeights(config, seed);
  for (const { shape, data } of weights.values()) {
    if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = data[i]! * 12;
  }
  return weights;
}

function randomExamples(count: number, seed: string): TokenExample[] {
  const rng = createRng(seed);
  const ids = (n: number): number[] => Array.from({ length: n }, () => rng.int(37));
  return Array.from({ length: count }, () => ({
    promptIds: ids(1 + rng.int(9)),
    completionIds: ids(1 + rng.int(12)),
  }));
}

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

describe('scoring', () => {
  it('gives an example the same scores alone, packed and in another order', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const items = randomExamples(40, 'items');
    const together = await scoreTopK(cache, { config: CONFIG, weights, items, topK: 5 });
    let row = 0;
    for (const item of items.slice(0, 6)) {
      const alone = await scoreTopK(cache, { config: CONFIG, weights, items: [item], topK: 5 });
      for (let i = 0; i < alone.rows; i++, row++) {
        expect(together.chosen_N[row]).toBeCloseTo(alone.chosen_N[i]!, 5);
        expect(together.tokenIds_NK[row * 5]).toBe(alone.tokenIds_NK[i * 5]);
      }
    }
  });

  it('covers the whole distribution when k is the vocabulary', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const items = randomExamples(3, 'mass');
    const scores = await scoreTopK(cache, { config: CONFIG, weights, items, topK: 1000 });
    expect(scores.topK).toBe(37);
    for (let row = 0; row < scores.rows; row++) {
      const logprobs = scores.logprobs_NK.subarray(row * 37, row * 37 + 37);
      expect(logprobs.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 5);
      expect([...logprobs]).toEqual([...logprobs].sort((a, b) => b - a));
    }
  });
});

describe('sampling', () => {
  it('with a cache agrees with scoring without one', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const prompts = randomExamples(11, 'prompts').map((example) => example.promptIds);
    const items = prompts.map((promptIds, i) => ({ promptIds, seed: `s${i}` }));
    const options = { config: CONFIG, weights, items, maxTokens: 9, endIds: [3], batch: 8 };
    const completions = await sampleModel(cache, { ...options, temperature: 0 });
    const scores = await scoreTopK(cache, {
      config: CONFIG,
      weights,
      items: completions.map(({ ids }, i) => ({ promptIds: prompts[i]!, completionIds: ids })),
      topK: 1,
    });
    expect([...scores.tokenIds_NK]).toEqual(completions.flatMap(({ ids }) => ids));
  });

  it('draws by seed alone, whatever else is in the batch', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const items = randomExamples(20, 'p').map(({ promptIds }, i) => ({ promptIds, seed: `${i}` }));
    const options = { config: CONFIG, weights, maxTokens: 8, temperature: 1, endIds: [3] };
    const all = await sampleModel(cache, { ...options, items, batch: 16 });
    const some = await sampleModel(cache, { ...options, items: items.slice(5, 9), batch: 16 });
    expect(some).toEqual(all.slice(5, 9));
    expect(new Set(all.map(({ ids }) => ids.join())).size).toBeGreaterThan(10);
    for (const { ids, stop } of all) expect(stop === 'end').toBe(ids.at(-1) === 3);
  });

  it('follows the distribution it was given', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const promptIds = [5, 9, 2];
    const items = Array.from({ length: 2000 }, (_, i) => ({ promptIds, seed: `draw ${i}` }));
    const options = { config: CONFIG, weights, items, maxTokens: 1, endIds: [3], batch: 256 };
    const drawn = await sampleModel(cache, { ...options, temperature: 1 });
    const item = { promptIds, completionIds: [0] };
    const scores = await scoreTopK(cache, { config: CONFIG, weights, items: [item], topK: 1 });
    const p = Math.exp(scores.logprobs_NK[0]!);
    const share = drawn.filter(({ ids }) => ids[0] === scores.tokenIds_NK[0]).length / 2000;
    expect(Math.abs(share - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 2000));
  });
});

describe('training', () => {
  const base = { config: CONFIG, epochs: 6, batchSize: 8, optimiser: OPTIMISER, seed: 'train' };

  it.each(['full', 'lora'] as const)('%s lowers cross-entropy', async (kind) => {
    const weights = livelyWeights(CONFIG, 'w');
    const before = new Map([...weights].map(([name, t]) => [name, t.data.slice()]));
    const capacity =
      kind === 'full'
        ? { kind }
        : { kind, rank: 4, alpha: 8, targets: ['q_proj', 'v_proj', 'down_proj'] };
    const { losses } = await trainModel(cache, {
      ...base,
      epochs: 30,
      weights,
      capacity,
      examples: randomExamples(24, 'train'),
      objective: { kind: 'sft' },
    });
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
    for (const [name, data] of before) expect(weights.get(name)!.data).toEqual(data);
  });

  it('reports the token mean of the reference cross-entropy on ragged batches', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const examples = randomExamples(8, 'ragged');
    const { losses } = await trainModel(cache, {
      ...base,
      epochs: 1,
      weights,
      capacity: { kind: 'full' },
      examples,
      objective: { kind: 'sft' },
    });
    const scores = await scoreTopK(cache, { config: CONFIG, weights, items: examples, topK: 1 });
    const mean = -scores.chosen_N.reduce((sum, x) => sum + x, 0) / scores.rows;
    expect(losses[0]).toBeCloseTo(mean, 4);
  });

  it('forward KL on top-k plus tail equals its definition, and is 0 for the teacher itself', async () => {
    const teacher = livelyWeights(CONFIG, 'teacher');
    const student = livelyWeights(CONFIG, 'student');
    const examples = randomExamples(8, 'kd');
    const score = (weights: Map<string, DenseTensor>, topK: number) =>
      scoreTopK(cache, { config: CONFIG, weights, items: examples, topK });
    const targets = await score(teacher, 6);
    const whole = await score(student, 37);
    const train = (weights: Map<string, DenseTensor>) =>
      trainModel(cache, {
        ...base,
        epochs: 1,
        weights,
        capacity: { kind: 'full' },
        examples,
        objective: { kind: 'kd', targets, temperature: 1 },
      });
    let expected = 0;
    for (let row = 0; row < targets.rows; row++) {
      const q = new Map<number, number>();
      for (let k = 0; k < 37; k++) {
        q.set(whole.tokenIds_NK[row * 37 + k]!, Math.exp(whole.logprobs_NK[row * 37 + k]!));
      }
      let tailP = 1;
      let tailQ = 1;
      for (let k = 0; k < 6; k++) {
        const p = Math.exp(targets.logprobs_NK[row * 6 + k]!);
        const qk = q.get(targets.tokenIds_NK[row * 6 + k]!)!;
        expected += p * Math.log(p / qk);
        tailP -= p;
        tailQ -= qk;
      }
      expected += tailP * Math.log(tailP / tailQ);
    }
    expect((await train(student)).losses[0]).toBeCloseTo(expected / targets.rows, 3);
    expect((await train(teacher)).losses[0]).toBeCloseTo(0, 4);
  });

  it('ignores what stands in prompts of other examples and in padding', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    const [first, ...rest] = randomExamples(8, 'leak');
    const run = (others: TokenExample[]) =>
      scoreTopK(cache, { config: CONFIG, weights, items: [first!, ...others], topK: 1 });
    const a = await run(rest);
    const b = await run(rest.map((x) => ({ ...x, promptIds: x.promptIds.map((id) => 36 - id) })));
    for (let i = 0; i < first!.completionIds.length; i++) {
      expect(b.chosen_N[i]).toBeCloseTo(a.chosen_N[i]!, 6);
    }
  });

  it('is the same bit for bit when run again', async () => {
    const options = {
      ...base,
      weights: livelyWeights(CONFIG, 'w'),
      capacity: { kind: 'full' as const },
      examples: randomExamples(20, 'again'),
      objective: { kind: 'sft' as const },
    };
    const [a, b] = [await trainModel(cache, options), await trainModel(cache, options)];
    expect(b.losses).toEqual(a.losses);
    for (const [name, { data }] of a.tensors) expect(b.tensors.get(name)!.data).toEqual(data);
  });

  it('stops with the step when the loss is not finite', async () => {
    const weights = livelyWeights(CONFIG, 'w');
    weights.get('model.norm.weight')!.data[0] = Number.NaN;
    await expect(
      trainModel(cache, {
        ...base,
        weights,
        capacity: { kind: 'full' },
        examples: randomExamples(8, 'nan'),
        objective: { kind: 'sft' },
      }),
    ).rejects.toThrow(/diverged at step 1 of 6/);
  });
});
