import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/support/temporary-store.ts';
import { sha256 } from '../../base/digest.ts';
import { createRng } from '../../base/rng.ts';
import { tinyConfig, tinyModel, tinyWeights } from '../../model/tiny-model.fixture.ts';
import type { ModelDelta, ModelRef } from '../../model/types.ts';
import { writeHfDirectory } from '../../model/write-hf-directory.ts';
import type { Capacity, TokenExample, TrainRequest, TrainResult } from '../backend.ts';
import { createEmbeddedBackend } from './embedded-backend.ts';

const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
afterAll(() => backend.close());

const CAPACITIES: readonly (readonly [string, Capacity])[] = [
  ['all weights', { kind: 'full' }],
  ['LoRA', { kind: 'lora', rank: 4, alpha: 8, targets: ['q_proj', 'o_proj', 'up_proj'] }],
  ['rsLoRA', { kind: 'lora', rank: 4, alpha: 8, targets: ['k_proj'], useRslora: true }],
  ['a prefix', { kind: 'prefix', length: 3, frozenTokens: 1 }],
];

const rng = createRng('examples');
const ids = (n: number): number[] => Array.from({ length: n }, () => rng.int(tinyConfig.vocabSize));
const examples: TokenExample[] = Array.from({ length: 8 }, () => ({
  promptIds: ids(2 + rng.int(6)),
  completionIds: ids(1 + rng.int(6)),
}));

/** A base on disk in a folder of its own, with weights far from uniform predictions. */
function base(): { folder: string; model: ModelRef } {
  const folder = temporaryFolder();
  const path = join(folder, 'base');
  const weights = tinyWeights();
  for (const { shape, data } of weights.values()) {
    data.forEach((value, i) => (data[i] = shape.length === 1 ? 1 : 10 * value));
  }
  writeHfDirectory(path, tinyModel({ weights }));
  return { folder, model: { path, baseDigest: path, deltas: [], digest: path } };
}

const request = (model: ModelRef, capacity: Capacity, epochs: number): TrainRequest => ({
  model,
  capacity,
  examples,
  objective: { kind: 'sft' },
  epochs,
  batchSize: 8,
  optimiser: {
    learningRate: 0.05,
    warmupSteps: 0,
    schedule: 'constant',
    weightDecay: 0,
    maxGradNorm: 1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
  },
  seed: 'student',
});

/** The model that a training made, as later steps refer to it. */
function derived(model: ModelRef, folder: string, result: TrainResult): ModelRef {
  const { kind, file, scale } = result;
  const digest = sha256(file);
  const path = join(folder, digest);
  writeFileSync(path, file);
  const delta: ModelDelta = { kind, path, digest, ...(scale === undefined ? {} : { scale }) };
  return { ...model, deltas: [delta], digest };
}

describe.each(CAPACITIES)('training %s', (_, capacity) => {
  it('leaves a delta with which the base scores as it did in training', async () => {
    const { folder, model } = base();
    const short = await backend.train(request(model, capacity, 6));
    const long = await backend.train(request(model, capacity, 7));
    expect(long.losses.slice(0, 6)).toEqual(short.losses);
    const student = derived(model, folder, short);
    const { chosen_N } = await backend.scoreTopK({ model: student, items: examples, topK: 1 });
    const loss = -chosen_N.reduce((sum, logprob) => sum + logprob, 0) / chosen_N.length;
    // The loss of step 7 is that of the student after step 6, unmerged.
    expect(loss).toBeCloseTo(long.losses[6]!, 5);
    expect(loss).toBeLessThan(0.95 * short.losses[0]!);
  });

  it('goes on after a kill where it was, to the same bytes', async () => {
    const { folder, model } = base();
    const whole = await backend.train(request(model, capacity, 6));
    const checkpoint = { path: join(folder, 'state', 'of-step'), everyMs: 0 };
    const resumable = { ...request(model, capacity, 6), checkpoint };
    const killed = backend.train(resumable, ({ step }) => {
      if (step === 4) throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    const steps: number[] = [];
    const resumed = await backend.train(resumable, ({ step }) => steps.push(step));
    // Kept after step 1 at least; how often after that depends on how long saving takes.
    expect(steps[0]).toBeGreaterThan(1);
    expect(steps.at(-1)).toBe(6);
    expect(resumed).toEqual(whole);
  });
});

describe('the state of a training', () => {
  it('is left alone when it is damaged or of another training', async () => {
    const { folder, model } = base();
    const path = join(folder, 'state');
    const one = { ...request(model, { kind: 'full' }, 3), checkpoint: { path, everyMs: 0 } };
    const firstStepOf = async (asked: TrainRequest): Promise<number | undefined> => {
      const steps: number[] = [];
      await backend.train(asked, ({ step }) => steps.push(step));
      return steps[0];
    };
    expect(await firstStepOf(one)).toBe(1);
    expect(await firstStepOf(one)).toBeGreaterThan(1);
    expect(await firstStepOf({ ...one, seed: 'another student' })).toBe(1);
    expect(await firstStepOf(one)).toBe(1);
    const bytes = readFileSync(path);
    for (const damage of [10, 300, bytes.length - 3]) {
      const damaged = Uint8Array.from(bytes);
      damaged[damage]! ^= 1;
      writeFileSync(path, damaged);
      expect(await firstStepOf(one)).toBe(1);
    }
    writeFileSync(path, bytes.subarray(0, bytes.length / 2));
    expect(await firstStepOf(one)).toBe(1);
    expect(existsSync(path)).toBe(true);
  });

  it('that cannot be written is a work error that names the file', async () => {
    const { folder, model } = base();
    const path = join(folder, 'base', 'config.json', 'state');
    const asked = { ...request(model, { kind: 'full' }, 3), checkpoint: { path, everyMs: 0 } };
    await expect(backend.train(asked)).rejects.toMatchObject({
      code: 'checkpoint-not-written',
      message: expect.stringContaining(path),
    });
  });
});
