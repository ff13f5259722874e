import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { rankTestPower } from './power.ts';
import { rankPValue } from './rank-p-value.ts';

const twins = Array.from({ length: 19 }, (_, i) => 0.05 + 0.005 * (i % 7));

describe('power of the rank test', () => {
  it('rises with the effect, to certainty', () => {
    const power = rankTestPower({ twins, drawsPerRun: 64, alpha: 0.05 }, 'seed');
    const effect = fc.double({ min: 0, max: 1, noNaN: true });
    expect(power.at(0)).toBeLessThan(0.35);
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
    for (const effect of [0, 0.12, 0.2]) {
      let alarms = 0;
      let predicted = 0;
      for (let trial = 0; trial < 150; trial++) {
        const others = twins.map(() => rate(0.1));
        const power = rankTestPower({ twins: others, drawsPerRun: draws, alpha: 0.05 }, 'seed');
        predicted += power.at(effect) / 150;
        for (let u = 0; u < 8; u++) {
          if (rankPValue(rate(0.1 + effect), others) <= 0.05) alarms += 1 / (150 * 8);
        }
      }
      expect(Math.abs(predicted - alarms), `effect ${effect}`).toBeLessThan(0.05);
    }
  });

  it('draws the twins that a later look would add', () => {
    const at = (count: number, alpha: number): number =>
      rankTestPower({ twins, drawsPerRun: 64, alpha, count }, 'seed').at(0.12);
    // More twins at the same level of one in twenty: more of them may stand above U.
    expect(at(39, 2 / 40)).toBeGreaterThan(at(39, 1 / 40));
    expect(at(19, 0.05)).toBeGreaterThan(at(39, 1 / 40));
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
