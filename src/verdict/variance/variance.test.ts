import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createRng } from '../../base/rng.ts';
import { deltaTable } from '../delta-table.ts';
import { goldenNumbers, goldenRows } from '../read-golden.fixture.ts';
import type { RunScores } from '../types.ts';
import { rankEffectNormal, rankPowerNormal, sampleSizeForRates } from './closed-form-power.ts';
import { runVariance, varianceComponents } from './components.ts';
import { designEffect, effectiveSampleSize, intraclassCorrelation } from './design-effect.ts';
import { powerFromComponents } from './planned-power.ts';

describe('intraclass correlation and design effect', () => {
  it('agrees with the F statistic of SciPy', () => {
    const row = z.tuple([z.array(z.array(z.number())), z.tuple([z.number()])]);
    for (const [groups, [want]] of goldenRows('intraclass-correlation', row)) {
      expect(intraclassCorrelation(groups)).toBeCloseTo(want, 11);
    }
  });

  it('is 1 for constant groups and 0 where there is nothing to compare', () => {
    expect(
      intraclassCorrelation([
        [1, 1],
        [0, 0],
      ]),
    ).toBe(1);
    expect(intraclassCorrelation([[1, 2, 3]])).toBe(0);
    expect(
      intraclassCorrelation([
        [1, 1],
        [1, 1],
      ]),
    ).toBe(0);
  });

  it('makes 1,000 samples of 10 prompts with rho .5 worth about 20', () => {
    expect(designEffect(100, 0.5)).toBe(50.5);
    expect(effectiveSampleSize(1000, 100, 0.5)).toBeCloseTo(19.8, 1);
  });
});

describe('closed-form power', () => {
  it('agrees with SciPy quadrature', () => {
    for (const [effect, twins, alpha, want] of goldenNumbers('rank-power')) {
      expect(rankPowerNormal(effect!, twins!, alpha!)).toBeCloseTo(want!, 8);
    }
  });

  it('is alpha at no effect, rises, and inverts', () => {
    expect(rankPowerNormal(0, 19, 0.05)).toBeCloseTo(0.05, 8);
    expect(rankPowerNormal(0, 18, 0.05)).toBe(0);
    const effect = fc.double({ min: 0, max: 6, noNaN: true });
    fc.assert(
      fc.property(effect, effect, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        expect(rankPowerNormal(high, 39, 0.05)).toBeGreaterThanOrEqual(
          rankPowerNormal(low, 39, 0.05) - 1e-9,
        );
      }),
      { numRuns: 30 },
    );
    expect(rankPowerNormal(rankEffectNormal(19, 0.05)!, 19, 0.05)).toBeCloseTo(0.8, 8);
    expect(rankEffectNormal(9, 0.05)).toBeNull();
  });

  it('gives the sample sizes of the field', () => {
    const size = (a: number, b: number, sides: 1 | 2): number =>
      sampleSizeForRates(a, b, { alpha: 0.05, power: 0.8, sides });
    const table = [
      [0.01, 0.05, 285, 224],
      [0.01, 0.1, 100, 79],
      [0.01, 0.2, 40, 32],
      [0.05, 0.2, 76, 60],
      [0.09, 0.2, 160, 126],
    ] as const;
    for (const [a, b, two, one] of table) {
      expect(Math.abs(size(a, b, 2) - two)).toBeLessThanOrEqual(1);
      expect(Math.abs(size(a, b, 1) - one)).toBeLessThanOrEqual(1);
    }
    expect(() => size(0.1, 0.1, 2)).toThrow(RangeError);
  });
});

/** Runs drawn from known components; draws are real numbers so that nothing is cut off. */
function drawnRuns(seed: string, teachers: number, seedsOfU: number): RunScores[] {
  const rng = createRng(seed);
  const clusters = Array.from({ length: 24 }, () => 0.1 * rng.normal());
  const run = (role: RunScores['role'], id: string, s: number, teacher: number): RunScores => {
    const base = 0.5 + teacher + 0.02 * rng.normal();
    return {
      runId: `${id}-${s}`,
      teacherId: id,
      role,
      seed: s,
      probes: clusters.map((cluster, c) => {
        const cell = base + cluster + 0.06 * rng.normal();
        return {
          probeId: `p${c}`,
          cluster: `c${c}`,
          prompt: '',
          draws: [1, 2, 3].map(() => ({
            status: 'scored' as const,
            value: cell + 0.05 * rng.normal(),
          })),
        };
      }),
    };
  };
  const own = 0.04 * rng.normal();
  return [
    ...Array.from({ length: seedsOfU }, (_, s) => run('suspect', 'U', s + 1, own)),
    ...Array.from({ length: teachers }, (_, t) => run('twin', `t${t}`, 1, 0.04 * rng.normal())),
  ];
}

describe('variance components', () => {
  it('recovers what the scores were drawn from', () => {
    const runs = drawnRuns('components', 400, 200);
    const table = deltaTable(
      runs.filter(({ role }) => role === 'suspect'),
      runs.filter(({ role }) => role === 'twin'),
    );
    const found = varianceComponents(table, runs);
    expect(Math.sqrt(found.teacher)).toBeCloseTo(0.04, 2);
    expect(Math.sqrt(found.run!)).toBeCloseTo(0.02, 2);
    expect(Math.abs(Math.sqrt(found.cluster) - 0.1)).toBeLessThan(0.045);
    expect(Math.sqrt(found.residual)).toBeCloseTo(Math.sqrt(0.06 ** 2 + 0.05 ** 2 / 3), 2);
    expect(Math.sqrt(found.draw!)).toBeCloseTo(0.05, 2);
    expect(runVariance(found, 24)).toBeCloseTo(0.04 ** 2 + 0.02 ** 2 + found.residual / 24, 3);
  });

  it('leaves the run variance open where every teacher has one run', () => {
    const runs = drawnRuns('single', 8, 1);
    const table = deltaTable(runs.slice(0, 1), runs.slice(1));
    expect(varianceComponents(table, runs).run).toBeNull();
  });
});

describe('planned power', () => {
  const components = { teacher: 0.002, run: 0.0005, cluster: 0.05, residual: 0.02, draw: null };

  it('agrees with the closed form away from floors and ceilings', () => {
    const design = { twins: 19, clusters: 16, alpha: 0.05 };
    const power = powerFromComponents(components, 0.5, design, 'seed');
    const spread = Math.sqrt(runVariance(components, 16));
    for (const effect of [0, 0.05, 0.1, 0.2]) {
      const want = rankPowerNormal(effect / spread, 19, 0.05);
      // Three standard errors of 2,000 trials.
      expect(Math.abs(power.at(effect) - want)).toBeLessThan(0.034);
    }
  });

  it('gains from more twins and more probes, and has none below the floor', () => {
    const mde = (twins: number, clusters: number): number =>
      powerFromComponents(components, 0.3, { twins, clusters, alpha: 0.05 }, 'seed')
        .minimumDetectableEffect!;
    expect(mde(39, 16)).toBeLessThan(mde(19, 16));
    expect(mde(19, 64)).toBeLessThan(mde(19, 8));
    expect(
      powerFromComponents(components, 0.3, { twins: 9, clusters: 16, alpha: 0.05 }, 's').at(1),
    ).toBe(0);
  });
});
