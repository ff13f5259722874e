import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { rankTestPower } from './power.ts';
import { rankPValue } from './rank-p-value.ts';

const twins = Array.from({ length: 19 }, (_, i) => 0.05 + 0.005 * (i % 7));

describe('power of the rank test', () => {
  it('rises with the effect, from at most alpha at none', () => {
    const power = rankTestPower({ twins, drawsPerRun: 64, alpha: 0.05 }, 'seed');
    const effect = fc.double({ min: 0, max: 1, noNaN: true });
    expect(power.at(0)).toBeLessThan(0.05 + 3 * Math.sqrt(0.0475 / 4000));
    expect(power.at(0.6)).toBeGreaterThan(0.99);
    fc.assert(
      fc.property(effect, effect, (a, b) => {
        expect(power.at(Math.min(a, b))).toBeLessThanOrEqual(power.at(Math.max(a, b)));
      }),
    );
  });

  it('reaches 80% just above the minimum detectable effect', () => {
    const power = rankTestPower({ twins, drawsPerRun: 64, alpha: 0.05 }, 'seed');
    const effect = power.minimumDetectableEffect!;
    expect(power.at(effect + 1e-9)).toBeGreaterThanOrEqual(0.8);
    expect(power.at(effect - 0.02)).toBeLessThan(0.8);
  });

  it('agrees with simulated binomial runs', () => {
    const rng = createRng('binomial');
    const draws = 100;
    const rate = (p: number): number => {
      let hits = 0;
      for (let i = 0; i < draws; i++) if (rng.next() < p) hits += 1;
      return hits / draws;
    };
    const flat = twins.map(() => 0.1);
    let alarms = 0;
    for (let trial = 0; trial < 600; trial++) {
      const others = flat.map(rate);
      if (rankPValue(rate(0.1 + 0.12), others) <= 0.05) alarms += 1;
    }
    const predicted = rankTestPower({ twins: flat, drawsPerRun: draws, alpha: 0.05 }, 'seed');
    // Ties cost the discrete runs a little power that the model does not see.
    expect(Math.abs(predicted.at(0.12) - alarms / 600)).toBeLessThan(0.08);
  });

  it('is none where the twins are too few for alpha', () => {
    const power = rankTestPower({ twins: twins.slice(1), drawsPerRun: 64, alpha: 0.05 }, 'seed');
    expect(power.at(1)).toBe(0);
    expect(power.minimumDetectableEffect).toBeNull();
  });

  it('is none where a twin is always at the top', () => {
    const saturated = twins.map(() => 1);
    const power = rankTestPower({ twins: saturated, drawsPerRun: 64, alpha: 0.05 }, 'seed');
    expect(power.minimumDetectableEffect).toBeNull();
  });

  it('grows with draws and shrinks with the spread of the twins', () => {
    const effectOf = (rates: readonly number[], drawsPerRun: number): number =>
      rankTestPower({ twins: rates, drawsPerRun, alpha: 0.05 }, 'seed').minimumDetectableEffect!;
    const spread = twins.map((_, i) => 0.03 * i);
    expect(effectOf(twins, 512)).toBeLessThan(effectOf(twins, 64));
    expect(effectOf(twins, 512)).toBeLessThan(effectOf(spread, 512));
  });
});
