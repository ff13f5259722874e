import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clopperPearsonInterval, clopperPearsonUpper } from './clopper-pearson.ts';
import { newcombeInterval } from './newcombe.ts';
import { goldenNumbers } from './read-golden.fixture.ts';
import { wilsonInterval } from './wilson.ts';

const count = fc
  .tuple(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([n, share]) => ({ successes: Math.round(share * n), n }));

describe('Wilson interval', () => {
  it('agrees with SciPy', () => {
    for (const [k, n, level, low, high] of goldenNumbers('wilson-interval')) {
      const got = wilsonInterval(k!, n!, level);
      expect(got.low, `${k} of ${n}`).toBeCloseTo(low!, 12);
      expect(got.high, `${k} of ${n}`).toBeCloseTo(high!, 12);
    }
  });

  it('contains the rate, stays in [0, 1] and mirrors', () => {
    fc.assert(
      fc.property(count, ({ successes, n }) => {
        const { low, high } = wilsonInterval(successes, n);
        const mirror = wilsonInterval(n - successes, n);
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        expect(mirror.low).toBeCloseTo(1 - high, 12);
      }),
    );
  });

  it('knows nothing without observations and refuses impossible counts', () => {
    expect(wilsonInterval(0, 0)).toMatchObject({ low: 0, high: 1 });
    expect(() => wilsonInterval(3, 2)).toThrow(RangeError);
  });
});

describe('Clopper-Pearson interval', () => {
  it('agrees with SciPy', () => {
    for (const [k, n, level, low, high] of goldenNumbers('exact-interval')) {
      const got = clopperPearsonInterval(k!, n!, level);
      // SciPy finds its limits by Brent's method, absolute error about 2e-12.
      expect(Math.abs(got.low - low!), `${k} of ${n}`).toBeLessThan(1e-10);
      expect(Math.abs(got.high - high!), `${k} of ${n}`).toBeLessThan(1e-10);
    }
  });

  it.each(goldenNumbers('clopper-pearson-upper'))('%d of %d has upper bound %d', (k, n, want) => {
    expect(clopperPearsonUpper(k!, n!)).toBeCloseTo(want!, 11);
  });

  it('is wider than Wilson only outwards, and rises with the count', () => {
    fc.assert(
      fc.property(count, ({ successes, n }) => {
        const { low, high } = clopperPearsonInterval(successes, n);
        expect(low).toBeLessThanOrEqual(successes / n);
        expect(high).toBeGreaterThanOrEqual(successes / n);
        if (successes < n) {
          expect(clopperPearsonUpper(successes + 1, n)).toBeGreaterThan(
            clopperPearsonUpper(successes, n),
          );
        }
      }),
    );
  });
});

describe('Newcombe interval', () => {
  it('agrees with the definition in SciPy', () => {
    for (const [s, n, t, m, level, low, high] of goldenNumbers('newcombe-interval')) {
      const got = newcombeInterval({ successes: s!, n: n! }, { successes: t!, n: m! }, level);
      expect(got.low).toBeCloseTo(low!, 11);
      expect(got.high).toBeCloseTo(high!, 11);
    }
  });

  it('gives the published limits of 56/70 against 48/80 (Newcombe 1998b, table II)', () => {
    const got = newcombeInterval({ successes: 56, n: 70 }, { successes: 48, n: 80 });
    expect(got.low).toBeCloseTo(0.0524, 4);
    expect(got.high).toBeCloseTo(0.3339, 4);
  });

  it('contains the difference, stays in [−1, 1] and mirrors', () => {
    fc.assert(
      fc.property(count, count, (a, b) => {
        const { low, high } = newcombeInterval(a, b);
        const mirror = newcombeInterval(b, a);
        const difference = a.successes / a.n - b.successes / b.n;
        expect(low).toBeLessThanOrEqual(difference);
        expect(high).toBeGreaterThanOrEqual(difference);
        expect(low).toBeGreaterThanOrEqual(-1);
        expect(high).toBeLessThanOrEqual(1);
        expect(mirror.low).toBeCloseTo(-high, 12);
      }),
    );
  });
});
