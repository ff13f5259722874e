import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../../base/rng.ts';
import { lengthOf, type Bucket } from '../packing.ts';
import { smallConfig } from '../small-model.fixture.ts';
import type { TokenExample } from '../types.ts';
import { planBatches } from './batches.ts';
import { bucketCost } from './shape-buckets.ts';

const cost = (bucket: Bucket): number => bucketCost(smallConfig, bucket);

/** Total cost of all runs in the buckets that were chosen, and what one bucket would have cost. */
function costs(
  examples: readonly TokenExample[],
  batchSize: number,
): { chosen: number; single: number; buckets: number } {
  const plan = planBatches(examples, { epochs: 1, batchSize, seed: 's', cost });
  const runs = plan.batches.flatMap((batch) => [...batch.runs()]);
  return {
    chosen: runs.reduce((sum, run) => sum + cost(plan.buckets[run.bucket]!), 0),
    single: runs.length * cost(plan.bucket),
    buckets: plan.buckets.length,
  };
}

const ofLengths = (lengths: readonly number[]): TokenExample[] =>
  lengths.map((length) => ({ promptIds: [1], completionIds: Array(length).fill(2) }));

/** Lengths as answers have them: most short, a few long. */
const spreadLengths = (): number[] => {
  const rng = createRng('lengths');
  return Array.from({ length: 800 }, () =>
    Math.min(250, Math.max(2, Math.round(Math.exp(3 + 0.9 * rng.normal())))),
  );
};

describe('shape buckets', () => {
  it('lay a run out anew in a smaller bucket, with every completion token at its place', () => {
    const examples = ofLengths(spreadLengths());
    const plan = planBatches(examples, { epochs: 1, batchSize: 8, seed: 's', cost });
    const runs = plan.batches.flatMap((batch) => [...batch.runs()]);
    expect(new Set(runs.map(({ bucket }) => bucket)).size).toBeGreaterThan(1);
    const scored = runs.flatMap(({ packed, bucket }) => {
      const { rows, time } = plan.buckets[bucket]!;
      expect(packed.ids).toHaveLength(rows * time);
      return packed.origin.map(({ example, offset }, i) => {
        // The position before a completion token's own predicts it.
        expect(packed.ids[packed.scoredAt[i]! + 1]).toBe(2);
        return `${example}/${offset}`;
      });
    });
    expect(new Set(scored).size).toBe(scored.length);
    const tokens = examples.reduce((sum, { completionIds }) => sum + completionIds.length, 0);
    expect(scored).toHaveLength(tokens);
  });

  it('lay out every example once, whole, in a bucket with room for it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 120 }),
        fc.integer({ min: 1, max: 9 }),
        (lengths, batchSize) => {
          const examples = ofLengths(lengths);
          const plan = planBatches(examples, { epochs: 1, batchSize, seed: 's', cost });
          expect(plan.buckets.length).toBeLessThanOrEqual(3);
          const seen = plan.batches.flatMap((batch) =>
            [...batch.runs()].flatMap(({ packed, bucket }) => {
              const { rows, time, scored } = plan.buckets[bucket]!;
              expect(packed.ids).toHaveLength(rows * time);
              expect(packed.scoredAt).toHaveLength(scored);
              const members = [...new Set(packed.origin.map(({ example }) => example))];
              const tokens = members.reduce((sum, i) => sum + lengthOf(examples[i]!), 0);
              expect(packed.tokens).toBe(tokens);
              return members;
            }),
          );
          expect(seen.sort((a, b) => a - b)).toEqual(examples.map((_, i) => i));
        },
      ),
      { numRuns: 60 },
    );
  });

  it('save a third of the work where lengths are spread widely', () => {
    const { chosen, single } = costs(ofLengths(spreadLengths()), 8);
    expect(chosen).toBeLessThan(0.67 * single);
  });

  it('are one where lengths are alike, and where runs are too few to pay for compiling', () => {
    expect(costs(ofLengths(Array(400).fill(30)), 8).buckets).toBe(1);
    expect(costs(ofLengths([90, 2, 2, 2, 2, 2]), 1).buckets).toBe(1);
  });
});
