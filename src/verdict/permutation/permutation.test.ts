import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createRng } from '../../base/rng.ts';
import { holmAdjust } from '../holm.ts';
import { rankPValue } from '../rank-p-value.ts';
import { goldenRows } from '../read-golden.fixture.ts';
import { maxTOverRuns, stepDownMaxT, westfallYoungRank } from './max-t.ts';
import { stratifiedPermutationTest } from './stratified.ts';

const numbers = z.array(z.number());
const strataRows = z.tuple([z.array(z.tuple([numbers, numbers])), z.number()]);
// Counts over 64, as scores are: rates closer than rounding tie in one test and not in the other.
const scores = fc.array(
  fc.nat(64).map((count) => count / 64),
  { minLength: 1, maxLength: 6 },
);

describe('stratified permutation test', () => {
  it('agrees with SciPy and with counting in fractions', () => {
    for (const [strata, want] of goldenRows('stratified-permutation', strataRows)) {
      const test = stratifiedPermutationTest(
        strata.map(([suspects, twins]) => ({ suspects, twins })),
        'seed',
      );
      expect(test.exact).toBe(true);
      expect(test.p).toBeCloseTo(want, 12);
    }
  });

  it('is the rank p where one run of U meets the twins', () => {
    fc.assert(
      fc.property(scores, scores, ([u], twins) => {
        const { p } = stratifiedPermutationTest([{ suspects: [u!], twins }], 'seed');
        expect(p).toBeCloseTo(rankPValue(u!, twins), 12);
      }),
    );
  });

  it('has the floors of the field: 3 v 3 .05, 4 v 4 .0143', () => {
    const p = (n: number): number =>
      stratifiedPermutationTest(
        [{ suspects: Array(n).fill(1), twins: Array.from({ length: n }, (_, i) => i / 100) }],
        'seed',
      ).p;
    expect(p(3)).toBeCloseTo(0.05, 12);
    expect(p(4)).toBeCloseTo(1 / 70, 12);
  });

  it('goes over to a seeded Monte-Carlo near the exact p, never 0', () => {
    const rng = createRng('mc');
    const strata = [1, 2].map(() => ({
      suspects: Array.from({ length: 3 }, () => 0.5 + rng.normal()),
      twins: Array.from({ length: 7 }, () => rng.normal()),
    }));
    const exact = stratifiedPermutationTest(strata, 'seed');
    const sampled = stratifiedPermutationTest(strata, 'seed', 10);
    expect(exact.relabellings).toBe(120 * 120);
    expect(sampled.exact).toBe(false);
    expect(sampled).toEqual(stratifiedPermutationTest(strata, 'seed', 10));
    // Four standard errors of 20,000 draws.
    expect(Math.abs(sampled.p - exact.p)).toBeLessThan(4 * Math.sqrt(exact.p / 20_000));
    const sure = [{ suspects: Array(12).fill(1), twins: Array(12).fill(0) }];
    expect(stratifiedPermutationTest(sure, 'seed').p).toBeGreaterThan(0);
  });

  it('is uniform under the null', () => {
    const rng = createRng('uniform');
    let low = 0;
    for (let trial = 0; trial < 4000; trial++) {
      const run = (): number => rng.normal();
      const strata = [{ suspects: [run(), run()], twins: [run(), run(), run(), run()] }];
      if (stratifiedPermutationTest(strata, 'seed').p <= 3 / 15 + 1e-9) low += 1;
    }
    expect(Math.abs(low / 4000 - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 4000));
  });
});

describe('Westfall-Young', () => {
  it('agrees with closed testing by brute force', () => {
    const row = z.tuple([z.array(numbers), numbers]);
    for (const [statistics, want] of goldenRows('westfall-young', row)) {
      for (const [f, p] of westfallYoungRank(statistics).entries()) {
        expect(p).toBeCloseTo(want[f]!, 12);
      }
    }
  });

  it('counts families that say the same once, where Holm multiplies', () => {
    const family = [1, ...Array.from({ length: 19 }, (_, i) => i / 40)];
    expect(westfallYoungRank([family, family])).toEqual([0.05, 0.05]);
    expect(holmAdjust([0.05, 0.05])).toEqual([0.1, 0.1]);
  });

  it('lies between the raw rank p and Holm', () => {
    const families = fc
      .tuple(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 2, max: 12 }))
      .chain(([f, t]) =>
        fc.array(
          fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: t, maxLength: t }),
          { minLength: f, maxLength: f },
        ),
      );
    fc.assert(
      fc.property(families, (statistics) => {
        const raw = statistics.map(([u, ...twins]) => rankPValue(u!, twins));
        const holm = holmAdjust(raw);
        for (const [f, p] of westfallYoungRank(statistics).entries()) {
          expect(p).toBeGreaterThanOrEqual(raw[f]! - 1e-12);
          expect(p).toBeLessThanOrEqual(holm[f]! + 1e-12);
        }
      }),
    );
  });

  it('holds the family-wise error when every family is null and correlated', () => {
    const rng = createRng('fwer');
    let errors = 0;
    for (let study = 0; study < 2000; study++) {
      const common = Array.from({ length: 20 }, () => rng.normal());
      const statistics = [1, 2, 3].map(() => common.map((value) => value + rng.normal()));
      if (westfallYoungRank(statistics).some((p) => p <= 0.05 + 1e-9)) errors += 1;
    }
    expect(errors / 2000).toBeLessThan(0.05 + 3 * Math.sqrt((0.05 * 0.95) / 2000));
  });

  it('agrees with the enumeration when labels are shuffled at random', () => {
    const rng = createRng('shuffled');
    const families = [1, 2].map(() => [Array.from({ length: 12 }, () => rng.normal())]);
    families[0]![0]![0] = 3;
    const p = maxTOverRuns(families, [1], 'seed', 20_000);
    const scaled = families.map(([values]) => {
      const centre = values!.reduce((sum, v) => sum + v, 0) / 12;
      const spread = Math.sqrt(values!.reduce((sum, v) => sum + (v - centre) ** 2, 0) / 12);
      return values!.map((v) => (v - centre) / spread);
    });
    const all = Array.from({ length: 12 }, (_, t) => scaled.map((family) => family[t]!));
    const exact = stepDownMaxT(all[0]!, all);
    for (const [f, want] of exact.entries()) expect(Math.abs(p[f]! - want)).toBeLessThan(0.015);
  });
});
