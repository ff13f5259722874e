import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { TrainRequest } from '../backend.ts';
import { createEmbeddedBackend } from './embedded-backend.ts';
import { base, CAPACITIES, derived, examples, request } from './train.fixture.ts';

const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
afterAll(() => backend.close());

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

describe('a training without a gradient', () => {
  it('is an error: its student would be what it started from', async () => {
    const { model } = base();
    // So far from the reference that the loss is exactly 0 everywhere.
    const reference_E = Float32Array.from(examples, (_, i) => (i % 2 === 0 ? -1e6 : 0));
    const asked = {
      ...request(model, { kind: 'full' }, 1),
      objective: { kind: 'dpo', reference_E, beta: 1 } as const,
    };
    await expect(backend.train(asked)).rejects.toMatchObject({ code: 'training-moved-nothing' });
  });
});
