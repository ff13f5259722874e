import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withoutTail } from './without-tail.ts';

it('scales every row to a sum of 1 and keeps the odds of its tokens', () => {
  const logprob = fc.float({ min: -8, max: Math.fround(-0.125), noNaN: true });
  fc.assert(
    fc.property(fc.array(fc.tuple(logprob, logprob, logprob), { minLength: 1 }), (rows) => {
      const scores = {
        rows: rows.length,
        topK: 3,
        tokenIds_NK: new Int32Array(3 * rows.length),
        logprobs_NK: Float32Array.from(rows.flat()),
        chosen_N: new Float32Array(rows.length),
      };
      const { logprobs_NK } = withoutTail(scores);
      rows.forEach(([a, b], row) => {
        const own = logprobs_NK.subarray(3 * row, 3 * row + 3);
        expect(own.reduce((sum, x) => sum + Math.exp(x), 0)).toBeCloseTo(1, 5);
        expect(own[0]! - own[1]!).toBeCloseTo(a - b, 4);
      });
      expect(scores.logprobs_NK).toEqual(Float32Array.from(rows.flat()));
    }),
  );
});
