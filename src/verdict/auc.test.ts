import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { aucOf } from './auc.ts';

const scores = fc.array(fc.integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 12 });

describe('aucOf', () => {
  it('counts pairs, ties as one half', () => {
    expect(aucOf([3, 2], [2, 1]).auc).toBe(3.5 / 4);
  });

  it('keeps an interval when every pair is in order, and none wider than [0, 1]', () => {
    const { auc, interval } = aucOf([0.9, 0.8, 0.85], [0.1, 0.2, 0.05, 0]);
    expect(auc).toBe(1);
    expect(interval.high).toBe(1);
    expect(interval.low).toBeGreaterThan(0.4);
    expect(interval.low).toBeLessThan(0.8);
  });

  it('turns into 1 − AUC when the sides change places, with its interval', () => {
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const [there, back] = [aucOf(a, b), aucOf(b, a)];
        expect(there.auc).toBeCloseTo(1 - back.auc, 12);
        expect(there.interval.low).toBeCloseTo(1 - back.interval.high, 9);
        expect(there.interval.low).toBeLessThanOrEqual(there.auc);
        expect(there.interval.high).toBeGreaterThanOrEqual(there.auc);
      }),
    );
  });

  it('has the area under its own curve, by the trapezoidal rule', () => {
    fc.assert(
      fc.property(scores, scores, (a, b) => {
        const { auc, curve } = aucOf(a, b);
        const area = curve.slice(1).reduce((sum, point, i) => {
          const before = curve[i]!;
          const width = point.falseAlarms - before.falseAlarms;
          return sum + (width * (point.detected + before.detected)) / 2;
        }, 0);
        expect(area).toBeCloseTo(auc, 12);
      }),
    );
  });
});
