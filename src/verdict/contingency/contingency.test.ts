import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenNumbers } from '../read-golden.fixture.ts';
import { fisherExactTest } from './fisher.ts';
import { mcnemarExactTest } from './mcnemar.ts';

const ALTERNATIVES = ['greater', 'less', 'two-sided'] as const;

/** Equal to ten significant digits, in whatever tail. */
function expectClose(got: number, want: number, label: string): void {
  expect(Math.abs(got - want) / Math.max(want, 1e-300), label).toBeLessThan(1e-10);
}

const count = fc
  .tuple(fc.nat(60), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ successes: Math.round(share * n), n }));

describe('Fisher exact test', () => {
  it('agrees with SciPy down to p = 1e-170', () => {
    for (const [s, n, t, m, ...wants] of goldenNumbers('fisher')) {
      for (const [i, alternative] of ALTERNATIVES.entries()) {
        const got = fisherExactTest(
          { successes: s!, n: n! },
          { successes: t!, n: m! },
          alternative,
        );
        expectClose(got, wants[i]!, `${s}/${n} ${t}/${m} ${alternative}`);
      }
    }
  });

  it('gives the figures of the field: five of fifty against none is p = .028', () => {
    expect(
      fisherExactTest({ successes: 5, n: 50 }, { successes: 0, n: 50 }, 'greater'),
    ).toBeCloseTo(0.028, 3);
  });

  it('mirrors when the sides change places, and its tails overlap in the observed table', () => {
    fc.assert(
      fc.property(count, count, (a, b) => {
        const greater = fisherExactTest(a, b, 'greater');
        const less = fisherExactTest(a, b, 'less');
        expect(fisherExactTest(b, a, 'less')).toBeCloseTo(greater, 12);
        expect(greater + less).toBeGreaterThan(1 - 1e-9);
        const both = fisherExactTest(a, b, 'two-sided');
        expect(both).toBeGreaterThanOrEqual(Math.min(greater, less) - 1e-12);
        expect(both).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('falls as the first side gains a success', () => {
    fc.assert(
      fc.property(count, count, (a, b) => {
        fc.pre(a.successes < a.n);
        const more = { ...a, successes: a.successes + 1 };
        expect(fisherExactTest(more, b)).toBeLessThanOrEqual(fisherExactTest(a, b) + 1e-12);
      }),
    );
  });

  it('refuses what is no count', () => {
    expect(() => fisherExactTest({ successes: 1.5, n: 2 }, { successes: 0, n: 1 })).toThrow(
      RangeError,
    );
  });
});

describe('McNemar exact test', () => {
  it('agrees with SciPy down to p = 1e-170', () => {
    for (const [b, c, ...wants] of goldenNumbers('mcnemar')) {
      for (const [i, alternative] of ALTERNATIVES.entries()) {
        expectClose(mcnemarExactTest(b!, c!, alternative), wants[i]!, `${b} ${c} ${alternative}`);
      }
    }
  });

  it('is symmetric, monotone and knows nothing without disagreement', () => {
    const n = fc.nat(80);
    fc.assert(
      fc.property(n, n, (b, c) => {
        expect(mcnemarExactTest(b, c, 'less')).toBeCloseTo(mcnemarExactTest(c, b), 12);
        expect(mcnemarExactTest(b + 1, c)).toBeLessThanOrEqual(mcnemarExactTest(b, c) + 1e-12);
      }),
    );
    expect(mcnemarExactTest(0, 0, 'two-sided')).toBe(1);
    expect(() => mcnemarExactTest(-1, 2)).toThrow(RangeError);
  });
});
