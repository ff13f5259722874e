import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { filteredIds } from './filter-probabilities.ts';

const filtersSchema = z.object({
  topK: z.int().exactOptional(),
  topP: z.number().exactOptional(),
  minP: z.number().exactOptional(),
});
const { cases } = z
  .object({
    cases: z.array(
      z.object({ filters: filtersSchema, probs: z.array(z.number()), kept: z.array(z.int()) }),
    ),
  })
  .parse(
    JSON.parse(readFileSync(new URL('goldens/sampling-filters.json', import.meta.url), 'utf8')),
  );
const ascending = (ids: number[]): number[] => ids.toSorted((a, b) => a - b);

describe('filteredIds', () => {
  it.each(cases)("keeps what transformers' warpers keep: $filters", ({ filters, probs, kept }) => {
    expect(ascending(filteredIds(Float32Array.from(probs), filters))).toEqual(kept);
  });

  it('does what the definitions say, most probable first', () => {
    const probsArb = fc.array(fc.float({ min: 0, max: 1, noNaN: true }), {
      minLength: 1,
      maxLength: 40,
    });
    const filtersArb = fc.record(
      {
        topK: fc.integer({ min: 1, max: 50 }),
        topP: fc.double({ min: 0.001, max: 1, noNaN: true }),
        minP: fc.double({ min: 0, max: 1, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(probsArb, filtersArb, (numbers, filters) => {
        const probs = Float32Array.from(numbers, (x) => x + 1e-6);
        const order = [...probs.keys()].sort((a, b) => probs[b]! - probs[a]! || a - b);
        const { topK = probs.length, topP = 1, minP = 0 } = filters;
        const kth = probs[order[Math.min(topK, order.length) - 1]!]!;
        let expected = order.filter((id) => probs[id]! >= kth);
        if (topP < 1) {
          const target = topP * ascending(expected).reduce((sum, id) => sum + probs[id]!, 0);
          let mass = 0;
          expected = expected.filter((id, i) => {
            const isKept = i === 0 || mass < target;
            mass += probs[id]!;
            return isKept;
          });
        }
        expected = expected.filter((id) => probs[id]! >= minP * probs[order[0]!]!);
        expect(filteredIds(probs, filters)).toEqual(expected);
      }),
    );
  });
});
