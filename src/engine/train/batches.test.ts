import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf } from '../packing.ts';
import type { TokenExample } from '../types.ts';
import { planBatches } from './batches.ts';
import { mismatchCompletions } from './kl-baseline.ts';

const example = fc.record({
  promptIds: fc.array(fc.nat(9), { minLength: 1, maxLength: 20 }),
  completionIds: fc.array(fc.nat(9), { minLength: 1, maxLength: 30 }),
});

const byIndex = (a: number, b: number): number => a - b;

describe('planBatches', () => {
  it('puts the members of a group into one run, and every example into each epoch once', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(example, example), { minLength: 1, maxLength: 30 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 400 }),
        (pairs, batchSize, maxRunTokens) => {
          const examples: TokenExample[] = pairs.flat();
          const options = { epochs: 2, batchSize, seed: 's', groupSize: 2, maxRunTokens };
          const plan = planBatches(examples, options);
          expect(plan.batches.length).toBe(2 * Math.ceil(pairs.length / batchSize));
          const seen = plan.batches.flatMap((batch) => {
            const runs = [...batch.runs()].map(({ packed: { origin } }) => {
              const members = [...new Set(origin.map((at) => at.example))];
              expect(members.length / 2).toBeLessThanOrEqual(plan.groups);
              expect(origin.length).toBeLessThanOrEqual(plan.bucket.scored);
              for (const member of members) expect(members).toContain(member ^ 1);
              return members;
            });
            expect(runs.flat().sort(byIndex)).toEqual([...batch.examples].sort(byIndex));
            return runs.flat();
          });
          expect(seen.sort(byIndex)).toEqual(examples.flatMap((_, i) => [i, i]));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('counts steps in place of epochs: the same batches, as many as asked for', () => {
    fc.assert(
      fc.property(
        fc.array(example, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 40 }),
        (examples, batchSize, steps) => {
          const members = (length: { readonly epochs?: number; readonly steps?: number }) =>
            planBatches(examples, { ...length, batchSize, seed: 's' }).batches.map(
              (batch) => batch.examples,
            );
          const counted = members({ steps });
          expect(counted).toHaveLength(steps);
          expect(counted).toEqual(members({ epochs: steps }).slice(0, steps));
        },
      ),
      { numRuns: 30 },
    );
    const options = { batchSize: 1, seed: 's' };
    expect(() => planBatches([], options)).toThrow('give epochs or steps');
    expect(() => planBatches([], { ...options, epochs: 1, steps: 1 })).toThrow(RangeError);
  });

  it('holds runs to the given number of tokens where one row allows it', () => {
    const examples = Array.from({ length: 9 }, () => ({ promptIds: [1], completionIds: [2, 3] }));
    const options = { epochs: 1, batchSize: 9, seed: 's', maxRunTokens: 32 };
    const { bucket, batches } = planBatches(examples, options);
    expect(bucket.rows * bucket.time).toBeLessThanOrEqual(32);
    const tokens = [...batches[0]!.runs()].reduce((sum, run) => sum + run.packed.tokens, 0);
    expect(tokens).toBe(examples.reduce((sum, x) => sum + lengthOf(x), 0));
  });
});

describe('mismatchCompletions', () => {
  it('moves completions on by one within blocks, the last block being what is left', () => {
    const examples = Array.from({ length: 5 }, (_, i) => ({ promptIds: [i], completionIds: [i] }));
    const moved = mismatchCompletions(examples, 3);
    expect(moved.map(({ promptIds }) => promptIds[0])).toEqual([0, 1, 2, 3, 4]);
    expect(moved.map(({ completionIds }) => completionIds[0])).toEqual([2, 0, 1, 4, 3]);
  });
});
