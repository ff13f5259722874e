import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CELL, layoutSteps } from './step-layout.ts';

const steps = (counts: readonly number[]) =>
  counts.flatMap((n, stage) =>
    Array.from({ length: n }, (_, i) => ({ key: `${stage}.${i}`, stage: String(stage) })),
  );

describe('layout of the pipeline', () => {
  it('gives every step a place of its own inside its column', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 150 }), { minLength: 1, maxLength: 9 }),
        fc.integer({ min: 300, max: 1_400 }),
        (counts, width) => {
          const stages = counts.map((_, i) => String(i));
          const { places, columns, height } = layoutSteps(stages, steps(counts), width);
          const taken = new Set([...places.values()].map(({ x, y }) => `${x},${y}`));
          expect(taken.size).toBe(counts.reduce((a, b) => a + b, 0));
          const inside = [...places].every(([key, { x, y }]) => {
            const column = columns[Number(key.split('.')[0])]!;
            return x > column.left && x < column.left + column.width && y < height;
          });
          expect(inside).toBe(true);
        },
      ),
    );
  });

  it('fits 1,300 steps of eight stages into a laptop’s window', () => {
    const counts = [1, 40, 12, 60, 180, 180, 820, 1];
    const stages = counts.map((_, i) => String(i));
    const layout = layoutSteps(stages, steps(counts), 1_340);
    expect(layout.width).toBeLessThanOrEqual(1_340);
    expect(layout.height).toBeLessThan(900);
  });

  it('keeps the order of steps, row by row', () => {
    const { places } = layoutSteps(['0'], steps([8]), 300);
    expect(places.get('0.1')?.x).toBeGreaterThan(places.get('0.0')?.x ?? Infinity);
    expect(places.get('0.0')?.y).toBe(CELL.head + CELL.pitch / 2);
  });
});
