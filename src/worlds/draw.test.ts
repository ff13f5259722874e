import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apportion, drawDistinct, pickShare } from './draw.ts';

describe('draws', () => {
  it('are distinct, and a smaller draw is a prefix of a larger one', () => {
    fc.assert(
      fc.property(fc.nat(40), fc.nat(40), fc.string(), (a, b, seed) => {
        const pool = Array.from({ length: 40 }, (_, i) => i);
        const large = drawDistinct(pool, Math.max(a, b), seed, 'items');
        expect(new Set(large).size).toBe(large.length);
        expect(large.slice(0, Math.min(a, b))).toEqual(
          drawDistinct(pool, Math.min(a, b), seed, 'items'),
        );
      }),
    );
  });

  it('apportion every row and stay near the shares', () => {
    fc.assert(
      fc.property(
        fc.nat(5000),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 8 }),
        (count, weights) => {
          const total = weights.reduce((sum, weight) => sum + weight, 0);
          const shares = weights.map((weight) => weight / total);
          const parts = apportion(count, shares);
          expect(parts.reduce((sum, part) => sum + part, 0)).toBe(count);
          parts.forEach((part, i) =>
            expect(Math.abs(part - shares[i]! * count)).toBeLessThanOrEqual(1.001),
          );
        },
      ),
    );
  });

  it('pick shares by weight', () => {
    const shares = [
      ['a', 1],
      ['b', 3],
    ] as const;
    expect(pickShare(0, shares)).toBe('a');
    expect(pickShare(0.24, shares)).toBe('a');
    expect(pickShare(0.26, shares)).toBe('b');
    expect(pickShare(0.9999, shares)).toBe('b');
  });
});
