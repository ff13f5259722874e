import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manualClock, temporaryStore } from '../../test/support/temporary-store.ts';
import { decimate } from './decimate.ts';
import { MAX_POINTS } from './metrics.ts';

describe('metrics', () => {
  it('are visible while a step runs and decimated when it ends', () => {
    const { now, advance } = manualClock();
    const { metrics } = temporaryStore({ now });
    const curves = metrics.recorder('k');
    for (let trainStep = 1; trainStep <= 5_000; trainStep++) {
      advance(10);
      curves.record(trainStep, {
        loss: trainStep === 2_345 ? 99 : 1 / trainStep,
        grad_norm: undefined,
      });
    }
    expect(metrics.series('k', 'loss')).toHaveLength(5_000);
    curves.finish();
    const loss = metrics.series('k', 'loss');
    expect(loss.length).toBeLessThanOrEqual(MAX_POINTS);
    expect(loss[0]).toEqual({ trainStep: 1, value: 1 });
    expect(loss.at(-1)).toEqual({ trainStep: 5_000, value: 1 / 5_000 });
    expect(loss).toContainEqual({ trainStep: 2_345, value: 99 });
    expect(metrics.names('k')).toEqual(['loss']);
  });

  it('forget the points of an earlier attempt, and leave out what is not a number', () => {
    const { metrics } = temporaryStore();
    const first = metrics.recorder('k');
    first.record(7, { loss: 3 });
    first.finish();
    const second = metrics.recorder('k');
    second.record(1, { loss: NaN });
    second.record(2, { loss: 2 });
    second.finish();
    expect(metrics.series('k', 'loss')).toEqual([{ trainStep: 2, value: 2 }]);
  });
});

describe('metrics of a training that resumes', () => {
  it('keep the points before the step it resumes at, and no others', () => {
    const { now, advance } = manualClock();
    const { metrics } = temporaryStore({ now });
    const killed = metrics.recorder('k');
    for (let trainStep = 1; trainStep <= 9; trainStep++) {
      advance(2_000);
      killed.record(trainStep, { loss: trainStep });
    }
    const resumed = metrics.recorder('k');
    resumed.record(6, { loss: -6, grad_norm: 1 });
    resumed.finish();
    expect(metrics.series('k', 'loss').map(({ value }) => value)).toEqual([1, 2, 3, 4, 5, -6]);
    expect(metrics.series('k', 'grad_norm')).toEqual([{ trainStep: 6, value: 1 }]);
  });
});

describe('decimate', () => {
  it('keeps the ends, the extremes and the order, within the limit', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ noNaN: true }), { maxLength: 300 }),
        fc.integer({ min: 4, max: 50 }),
        (values, maxPoints) => {
          const points = values.map((value, index) => ({ index, value }));
          const kept = decimate(points, maxPoints);
          expect(kept.length).toBeLessThanOrEqual(Math.max(maxPoints, 4));
          expect(kept.map((point) => point.index)).toEqual(
            [...new Set(kept.map((point) => point.index))].sort((a, b) => a - b),
          );
          expect(kept[0]).toBe(points[0]);
          expect(kept.at(-1)).toBe(points.at(-1));
          if (points.length === 0) return;
          const extreme = (pick: typeof Math.min, of: typeof points): number =>
            pick(...of.map((point) => point.value));
          expect(extreme(Math.max, kept)).toBe(extreme(Math.max, points));
          expect(extreme(Math.min, kept)).toBe(extreme(Math.min, points));
        },
      ),
    );
  });
});
