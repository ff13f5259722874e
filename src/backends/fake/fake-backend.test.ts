import { describe, expect, it } from 'vitest';
import type { ModelRef } from '../../model/types.ts';
import { workError } from '../../base/errors.ts';
import type { TrainProgress, TrainRequest } from '../backend.ts';
import { createFakeBackend } from './fake-backend.ts';

const model: ModelRef = { path: '/m', baseDigest: 'b', deltas: [], digest: 'b' };
const sampleRequest = {
  model,
  items: [
    { promptIds: [1, 2], seed: 'a' },
    { promptIds: [1, 2], seed: 'b' },
  ],
  maxTokens: 9,
  temperature: 1,
  endIds: [0],
};
const trainRequest: TrainRequest = {
  model,
  capacity: { kind: 'lora', rank: 8, alpha: 16, targets: ['q_proj'] },
  examples: [{ promptIds: [1], completionIds: [2, 0] }],
  objective: { kind: 'sft' },
  epochs: 3,
  batchSize: 1,
  optimiser: {
    learningRate: 1e-3,
    warmupSteps: 0,
    schedule: 'constant',
    weightDecay: 0,
    maxGradNorm: 1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
  },
  seed: 's',
};

describe('createFakeBackend', () => {
  it('invents the same answer for the same draw, whatever else is in the batch', async () => {
    const backend = createFakeBackend();
    const [first, second] = await backend.sample(sampleRequest);
    const alone = await backend.sample({ ...sampleRequest, items: [sampleRequest.items[1]!] });
    expect(alone).toEqual([second]);
    expect(first).not.toEqual(second);
    expect(first!.stop).toBe('end');
    expect(first!.ids.indexOf(0)).toBe(first!.ids.length - 1);
    const greedy = await backend.sample({ ...sampleRequest, temperature: 0 });
    expect(greedy[0]).toEqual(greedy[1]);
    expect(backend.calls.map((call) => call.kind)).toEqual(['sample', 'sample', 'sample']);
  });

  it('stops at maxTokens', async () => {
    const [completion] = await createFakeBackend({
      vocabSize: 4,
    }).sample({ ...sampleRequest, maxTokens: 1 });
    expect(completion).toMatchObject({ stop: 'truncated' });
    expect(completion!.ids).toHaveLength(1);
  });

  it('invents distributions whose probabilities sum to at most one, best first', async () => {
    const items = [{ promptIds: [1], completionIds: [2, 3, 0] }];
    const scores = await createFakeBackend().scoreTopK({ model, items, topK: 4 });
    expect(scores).toMatchObject({ rows: 3, topK: 4 });
    for (let row = 0; row < 3; row++) {
      const logprobs = Array.from(scores.logprobs_NK.subarray(row * 4, row * 4 + 4));
      expect(logprobs).toEqual(logprobs.toSorted((a, b) => b - a));
      expect(logprobs.reduce((sum, x) => sum + Math.exp(x), 0)).toBeLessThan(1);
      expect(new Set(scores.tokenIds_NK.slice(row * 4, row * 4 + 4)).size).toBe(4);
      expect(scores.chosen_N[row]!).toBeLessThan(0);
    }
  });

  it('trains to a safetensors file, with falling losses', async () => {
    const progress: TrainProgress[] = [];
    const result = await createFakeBackend().train(trainRequest, (update) => progress.push(update));
    const headerLength = new DataView(result.file.buffer).getBigUint64(0, true);
    expect(Number(headerLength)).toBe(result.file.length - 8);
    expect(result).toMatchObject({ kind: 'lora', scale: 2, tokens: 6 });
    expect(progress.map(({ step, steps }) => `${step}/${steps}`)).toEqual(['1/3', '2/3', '3/3']);
    expect(result.losses).toEqual(result.losses.toSorted((a, b) => b - a));
    const other = await createFakeBackend().train({ ...trainRequest, seed: 't' });
    expect(other.file).not.toEqual(result.file);
  });

  it.each([
    { kind: 'full' },
    { kind: 'lora', rank: 8, alpha: 16, targets: ['q_proj'] },
    { kind: 'prefix', length: 4, frozenTokens: 1 },
  ] as const)('trains $kind by every method', async (capacity) => {
    const backend = createFakeBackend();
    const { objective: _objective, epochs: _epochs, ...rest } = { ...trainRequest, capacity };
    const { sampling, ...rounds } = {
      lmbda: 0.5,
      rounds: 3,
      rowsPerRound: 4,
      topK: 4,
      tail: true,
      temperature: 1,
      divergence: { kind: 'reverse-kl' } as const,
      sampling: { maxTokens: 9, temperature: 1, endIds: [0] },
    };
    const request = { ...rest, ...rounds, sampling, teacher: { ...model, digest: 'teacher' } };
    const result = await backend.trainOnPolicy(request);
    expect(result).toMatchObject({ kind: capacity.kind, sampled: { rows: 6, truncated: 0 } });
    expect(result.losses).toHaveLength(12);
    const other = await backend.trainOnPolicy({ ...request, teacher: model });
    expect(other.file).not.toEqual(result.file);
    const reference_E = new Float32Array(2);
    const dpo = { kind: 'dpo', reference_E, beta: 0.1 } as const;
    expect(await backend.train({ ...trainRequest, capacity, objective: dpo })).toMatchObject({
      kind: capacity.kind,
    });
  });

  it('follows its script, and fails where the script does', async () => {
    const backend = createFakeBackend({
      sample: ({ promptIds }) => ({ ids: [...promptIds, 0], stop: 'end' }),
      train: () => {
        throw workError('no-memory', 'out of memory');
      },
    });
    const [echo] = await backend.sample(sampleRequest);
    expect(echo).toEqual({ ids: [1, 2, 0], stop: 'end' });
    await expect(backend.train(trainRequest)).rejects.toMatchObject({ code: 'no-memory' });
    await backend.close();
    await expect(backend.sample(sampleRequest)).rejects.toMatchObject({ code: 'backend-closed' });
  });
});
