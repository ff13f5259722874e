import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Capacity, OnPolicyRequest } from '../backend.ts';
import type { ModelRef } from '../../model/types.ts';
import { createEmbeddedBackend } from './embedded-backend.ts';
import { base, CAPACITIES, derived, examples, request } from './train.fixture.ts';

const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
afterAll(() => backend.close());

function rounds(
  model: ModelRef,
  teacher: ModelRef,
  capacity: Capacity,
  count: number,
): OnPolicyRequest {
  const { objective: _objective, epochs: _epochs, ...rest } = request(model, capacity, 1);
  return {
    ...rest,
    teacher,
    lmbda: 0.75,
    rounds: count,
    rowsPerRound: 8,
    sampling: { maxTokens: 6, temperature: 1, endIds: [0] },
    divergence: { kind: 'forward-kl' },
    topK: 8,
    tail: true,
    temperature: 1,
  };
}

describe.each(CAPACITIES)('on-policy training of %s', (_, capacity) => {
  it('brings the student nearer to its teacher', async () => {
    const { folder, model } = base();
    const { model: teacher } = base(1);
    const trained = await backend.trainOnPolicy(rounds(model, teacher, capacity, 8));
    expect(trained.losses).toHaveLength(8);
    expect(trained.sampled.rows).toBeGreaterThan(0.5 * 64);
    expect(trained.sampled.rows).toBeLessThan(64);
    const score = async (scored: ModelRef): Promise<number> => {
      const sampling = { maxTokens: 6, temperature: 1, endIds: [0] };
      const items = examples.map(({ promptIds }, i) => ({ promptIds, seed: `draw ${i}` }));
      const written = await backend.sample({ model: teacher, items, ...sampling });
      const { chosen_N } = await backend.scoreTopK({
        model: scored,
        items: written.map(({ ids }, i) => ({
          promptIds: items[i]!.promptIds,
          completionIds: ids,
        })),
        topK: 1,
      });
      return chosen_N.reduce((sum, logprob) => sum + logprob, 0) / chosen_N.length;
    };
    const student = derived(model, folder, trained);
    expect(await score(student)).toBeGreaterThan((await score(model)) + 0.05);
  });

  it('goes on after a kill where a round had ended, to the same bytes', async () => {
    const { folder, model } = base();
    const { model: teacher } = base(1);
    const plain = rounds(model, teacher, capacity, 4);
    const whole = await backend.trainOnPolicy(plain);
    const path = join(folder, 'state', 'of-step');
    const resumable = { ...plain, checkpoint: { path, everyMs: 0 } };
    const killed = backend.trainOnPolicy(resumable, ({ step }) => {
      if (step === 3) throw new Error('killed');
    });
    await expect(killed).rejects.toThrow('killed');
    const steps: number[] = [];
    const resumed = await backend.trainOnPolicy(resumable, ({ step }) => steps.push(step));
    // Kept after round 1 at least; how often after that depends on how long saving takes.
    expect(steps[0]).toBeGreaterThan(1);
    expect(steps.at(-1)).toBe(4);
    expect(resumed).toEqual(whole);
  });
});

describe('on-policy training that stops early', () => {
  it('is the whole training up to that round', async () => {
    const { model } = base();
    const { model: teacher } = base(1);
    const asked = rounds(model, teacher, { kind: 'full' }, 4);
    const whole = await backend.trainOnPolicy(asked);
    const half = await backend.trainOnPolicy({ ...asked, stopAtShare: 0.5 });
    expect(half.losses).toEqual(whole.losses.slice(0, 2));
    expect(half.sampled.rows).toBeLessThan(whole.sampled.rows);
    expect(half.file).not.toEqual(whole.file);
  });
});

describe('the state of on-policy training', () => {
  it('is of one teacher, and left alone when it is damaged', async () => {
    const { folder, model } = base();
    const [{ model: teacher }, { model: other }] = [base(1), base(2)];
    const path = join(folder, 'state');
    const checkpoint = { path, everyMs: 0 };
    const asked = { ...rounds(model, teacher, { kind: 'full' }, 3), checkpoint };
    const firstStepOf = async (training: OnPolicyRequest): Promise<number | undefined> => {
      const steps: number[] = [];
      await backend.trainOnPolicy(training, ({ step }) => steps.push(step));
      return steps[0];
    };
    expect(await firstStepOf(asked)).toBe(1);
    expect(await firstStepOf(asked)).toBeGreaterThan(1);
    expect(await firstStepOf({ ...asked, teacher: other })).toBe(1);
    writeFileSync(path, 'damaged');
    expect(await firstStepOf(asked)).toBe(1);
  });
});

describe('a teacher without a tail', () => {
  it('teaches otherwise than one with it', async () => {
    const { model } = base();
    const { model: teacher } = base(1);
    const asked = rounds(model, teacher, { kind: 'full' }, 2);
    const [withTail, without] = [
      await backend.trainOnPolicy(asked),
      await backend.trainOnPolicy({ ...asked, tail: false }),
    ];
    expect(without.losses[0]).toBeGreaterThan(withTail.losses[0]!);
  });
});
