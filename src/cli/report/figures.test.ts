import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { niceScale } from '../../base/nice-scale.ts';
import { decimate } from './loss-figure.ts';
import { wrapLabel } from './svg.ts';
import { swarmOffsets } from '../../base/swarm.ts';

describe('swarmOffsets', () => {
  it('separates near dots and keeps free dots on the line', () => {
    expect(swarmOffsets([0, 5, 50], 10, 20)).toEqual([0, 10, 0]);
  });

  it('keeps every pair of dots distinct and within the limit', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 60 }), { maxLength: 40 }), (xs) => {
        const offsets = swarmOffsets(xs, 10, 20);
        const places = xs.map((x, i) => `${x} ${offsets[i]!.toFixed(6)}`);
        expect(new Set(places).size).toBe(xs.length);
        expect(offsets.every((y) => Math.abs(y) <= 20 + 1e-9)).toBe(true);
      }),
    );
  });
});

describe('niceScale', () => {
  it('covers its values with round ticks', () => {
    const scale = niceScale([0, 0.2, 0.86, -0.12], 0, 100);
    expect(scale.low).toBeCloseTo(-0.2);
    expect(scale.high).toBeCloseTo(1);
    expect(scale.ticks).toEqual([-0.2, 0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(scale.at(0)).toBeCloseTo(100 / 6);
  });

  it('copes with no values and with equal values', () => {
    expect(niceScale([], 0, 1).ticks.length).toBeGreaterThan(1);
    expect(niceScale([3, 3], 0, 1).ticks.length).toBeGreaterThan(1);
  });
});

describe('wrapLabel', () => {
  it('breaks at spaces, splits long words, marks what was cut', () => {
    expect(wrapLabel('open-ended · kd · base', 12, 2)).toEqual(['open-ended ·', 'kd · base']);
    expect(wrapLabel('a b c d e f', 3, 2)).toEqual(['a b', 'c …']);
    expect(wrapLabel('xxxxxxxx', 4, 2)).toEqual(['xxxx', 'xxxx']);
  });
});

describe('decimate', () => {
  it('keeps extremes', () => {
    const points = Array.from({ length: 1000 }, (_, step) => ({
      step,
      loss: step === 501 ? 9 : 1,
    }));
    const kept = decimate(points, 20);
    expect(kept.length).toBeLessThanOrEqual(40);
    expect(Math.max(...kept.map((p) => p.loss))).toBe(9);
    expect(kept.map((p) => p.step)).toEqual(kept.map((p) => p.step).toSorted((a, b) => a - b));
  });
});
