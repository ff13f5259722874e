import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { log10BayesFactor } from './bayes-factor.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { holmAdjust } from './holm.ts';
import { rankAlarm, rankFloor, rankPValue } from './rank-p-value.ts';
import { goldenLists, goldenNumbers } from './read-golden.fixture.ts';
import { signFlipTest } from './sign-flip.ts';

const pValues = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 });

describe('rank p-value', () => {
  it('is (1 + twins at or above U) / (B + 1), ties against the alarm', () => {
    expect(rankPValue(0.5, [0.1, 0.2, 0.3])).toBe(0.25);
    expect(rankPValue(0.3, [0.1, 0.2, 0.3])).toBe(0.5);
    expect(rankPValue(0, [0.1, 0.2, 0.3])).toBe(1);
    expect(rankFloor(19)).toBe(0.05);
  });

  it('takes sums that differ by rounding alone for ties', () => {
    expect(rankPValue(0.1 + 0.2, [0.3])).toBe(1);
  });

  it('falls as U rises and never leaves [floor, 1]', () => {
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(rate, rate, fc.array(rate, { minLength: 1 }), (a, b, twins) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(rankPValue(high, twins)).toBeLessThanOrEqual(rankPValue(low, twins));
        expect(rankPValue(high, twins)).toBeGreaterThanOrEqual(rankFloor(twins.length));
        expect(rankPValue(low, twins)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('is uniform over its B + 1 values when U is one of the benign', () => {
    const rng = createRng('uniform');
    const trials = 20_000;
    const counts = Array.from({ length: 20 }, () => 0);
    for (let trial = 0; trial < trials; trial++) {
      const twins = Array.from({ length: 19 }, () => rng.normal());
      counts[Math.round(rankPValue(rng.normal(), twins) * 20) - 1]! += 1;
    }
    const expected = trials / 20;
    const chiSquare = counts.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    // 99.9% quantile of χ² with 19 degrees of freedom.
    expect(chiSquare).toBeLessThan(43.82);
  });

  it('is valid, if conservative, when statistics tie often', () => {
    const rng = createRng('ties');
    let alarms = 0;
    for (let trial = 0; trial < 5000; trial++) {
      const twins = Array.from({ length: 19 }, () => rng.int(3));
      if (rankPValue(rng.int(3), twins) <= 0.05) alarms += 1;
    }
    expect(alarms / 5000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 5000));
  });

  it('raises an alarm at its floor where the twins are too few for alpha', () => {
    expect(rankAlarm(1 / 6, 5, 0.05)).toBe(true);
    expect(rankAlarm(2 / 6, 5, 0.05)).toBe(false);
    expect(rankAlarm(0.05, 39, 0.05)).toBe(true);
  });
});

describe('Holm', () => {
  it('agrees with its definition', () => {
    for (const { list, rest } of goldenLists('holm')) {
      for (const [i, p] of holmAdjust(list).entries()) expect(p).toBeCloseTo(rest[i]!, 14);
    }
  });

  it('is never below the raw p, at most m times it, and keeps its order', () => {
    fc.assert(
      fc.property(pValues, (raw) => {
        const adjusted = holmAdjust(raw);
        for (const [i, p] of raw.entries()) {
          expect(adjusted[i]!).toBeGreaterThanOrEqual(p);
          expect(adjusted[i]!).toBeLessThanOrEqual(1);
          for (const [j, q] of raw.entries()) {
            if (p < q) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
          }
        }
      }),
    );
  });
});

describe('Benjamini-Hochberg', () => {
  it('agrees with SciPy', () => {
    for (const { list, rest } of goldenLists('benjamini-hochberg')) {
      for (const [i, p] of benjaminiHochberg(list).entries()) expect(p).toBeCloseTo(rest[i]!, 14);
    }
  });

  it('lies between the raw p and Holm', () => {
    fc.assert(
      fc.property(pValues, (raw) => {
        const [bh, holm] = [benjaminiHochberg(raw), holmAdjust(raw)];
        for (const [i, p] of raw.entries()) {
          expect(bh[i]!).toBeGreaterThanOrEqual(p * (1 - 1e-12));
          expect(bh[i]!).toBeLessThanOrEqual(holm[i]! + 1e-12);
        }
      }),
    );
  });
});

describe('sign-flip test', () => {
  it('agrees with SciPy where all patterns are counted', () => {
    for (const { list, rest } of goldenLists('sign-flip')) {
      expect(signFlipTest(list, 'seed')).toMatchObject({ exact: true });
      expect(signFlipTest(list, 'seed').p).toBeCloseTo(rest[0]!, 12);
    }
  });

  it('counts by hand: three of three positive is one pattern in eight', () => {
    expect(signFlipTest([0.5, 0.2, 0.1], 'seed').p).toBe(1 / 8);
    expect(signFlipTest([0, 0, 0], 'seed').p).toBe(1);
    expect(signFlipTest([], 'seed').p).toBe(1);
  });

  it('goes over to a seeded Monte-Carlo that agrees with the normal limit', () => {
    const differences = Array.from({ length: 40 }, (_, i) => (i < 26 ? 1 : -1));
    const test = signFlipTest(differences, 'seed');
    expect(test).toEqual(signFlipTest(differences, 'seed'));
    expect(test.exact).toBe(false);
    // P(Binomial(40, ½) ≥ 26) = stats.binom.sf(25, 40, .5)
    expect(test.p).toBeGreaterThan(0.0403 - 0.005);
    expect(test.p).toBeLessThan(0.0403 + 0.005);
  });
});

describe('Bayes factor', () => {
  it.each(goldenNumbers('bayes-factor'))('of %d/%d against %d/%d agrees with SciPy', (...row) => {
    const [s, n, t, m, want] = row;
    const got = log10BayesFactor({ successes: s!, n: n! }, { successes: t!, n: m! });
    expect(got).toBeCloseTo(want!, 11);
  });

  it('calls five against none of fifty no evidence', () => {
    const five = log10BayesFactor({ successes: 5, n: 50 }, { successes: 0, n: 50 });
    expect(10 ** five).toBeCloseTo(1.38, 2);
  });
});
