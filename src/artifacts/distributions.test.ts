import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TopKScores } from '../backends/backend.ts';
import { concatTopK, decodeTopK, encodeTopK, gatherTopK } from './distributions.ts';

const scores = (topK: number) =>
  fc.nat(6).chain((rows) =>
    fc.record({
      rows: fc.constant(rows),
      topK: fc.constant(topK),
      tokenIds_NK: fc.int32Array({ minLength: rows * topK, maxLength: rows * topK }),
      logprobs_NK: fc.float32Array({ minLength: rows * topK, maxLength: rows * topK }),
      chosen_N: fc.float32Array({ minLength: rows, maxLength: rows }),
    }),
  );

describe('top-k distributions', () => {
  it('survive storage to the bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }).chain(scores), (table) => {
        expect(decodeTopK(encodeTopK(table))).toEqual(table);
      }),
    );
  });

  it('are refused when damaged', () => {
    const bytes = encodeTopK(table([1, 2]));
    expect(() => decodeTopK(bytes.subarray(1))).toThrow('damaged');
    expect(() => decodeTopK(bytes.slice(0, -4))).toThrow('damaged');
    expect(() => decodeTopK(new Uint8Array())).toThrow('damaged');
  });

  it('are joined and picked by completion', () => {
    const joined = concatTopK([table([1, 2]), table([3]), table([4, 5])]);
    const picked = gatherTopK(joined, [2, 1, 2], [2, 0]);
    expect([...picked.tokenIds_NK]).toEqual([4, 5, 1, 2]);
    expect([...picked.chosen_N]).toEqual([-4, -5, -1, -2]);
    expect(() => gatherTopK(joined, [2, 1], [0])).toThrow('5 scored positions for 3');
  });
});

function table(ids: readonly number[]): TopKScores {
  return {
    rows: ids.length,
    topK: 1,
    tokenIds_NK: Int32Array.from(ids),
    logprobs_NK: Float32Array.from(ids, (id) => -id),
    chosen_N: Float32Array.from(ids, (id) => -id),
  };
}
