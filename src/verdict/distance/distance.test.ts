import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createRng } from '../../base/rng.ts';
import { goldenRows } from '../read-golden.fixture.ts';
import { energyDistance, totalVariation } from './distances.ts';
import { permutationDistance } from './permutation-null.ts';

const numbers = z.array(z.number());
const points = (values: readonly number[]): number[][] => values.map((value) => [value]);
const sample = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), {
  minLength: 1,
  maxLength: 8,
});
const labels = fc.array(fc.constantFrom('owl', 'cat', 'dog'), { minLength: 1, maxLength: 12 });

describe('energy distance', () => {
  it('agrees with SciPy in one dimension', () => {
    const row = z.tuple([z.tuple([numbers, numbers]), z.tuple([z.number()])]);
    for (const [[x, y], [want]] of goldenRows('energy-distance', row)) {
      expect(energyDistance(points(x), points(y))).toBeCloseTo(want, 11);
    }
  });

  it('is symmetric, not negative, 0 for a sample with itself, and moves with a shift', () => {
    fc.assert(
      fc.property(sample, sample, (x, y) => {
        const d = energyDistance(points(x), points(y));
        expect(d).toBeCloseTo(energyDistance(points(y), points(x)), 10);
        expect(d).toBeGreaterThanOrEqual(0);
        expect(energyDistance(points(x), points(x))).toBeCloseTo(0, 10);
        const far = energyDistance(points(x), points(x.map((value) => value + 20)));
        expect(far).toBeGreaterThan(1);
      }),
    );
    expect(() => energyDistance([], [[1]])).toThrow(RangeError);
  });
});

describe('total variation', () => {
  it('is half the summed differences of frequencies', () => {
    expect(totalVariation(['a', 'a', 'b', 'c'], ['a', 'b', 'b', 'b'])).toBeCloseTo(0.5, 12);
    fc.assert(
      fc.property(labels, labels, (x, y) => {
        const d = totalVariation(x, y);
        expect(d).toBeCloseTo(totalVariation(y, x), 12);
        expect(d).toBeGreaterThanOrEqual(0);
        expect(d).toBeLessThanOrEqual(1 + 1e-12);
        expect(totalVariation(x, x)).toBe(0);
      }),
    );
    expect(totalVariation(['a'], ['b'])).toBe(1);
  });
});

describe('permutation null of a distance', () => {
  it('counts every relabelling of a small sample', () => {
    const test = permutationDistance(['a', 'a', 'a'], ['b', 'b', 'b'], totalVariation, 'seed');
    // Only the observed labelling and its mirror are as far apart: 2 of 20.
    expect(test).toEqual({ distance: 1, p: 0.1, exact: true });
  });

  it('is seeded beyond that and finds a real difference', () => {
    const rng = createRng('distance');
    const near = points(Array.from({ length: 15 }, () => rng.normal()));
    const far = points(Array.from({ length: 15 }, () => 2 + rng.normal()));
    const test = permutationDistance(near, far, energyDistance, 'seed');
    expect(test.exact).toBe(false);
    expect(test.p).toBeLessThan(0.002);
    expect(test).toEqual(permutationDistance(near, far, energyDistance, 'seed'));
  });

  it('is uniform under the null', () => {
    const rng = createRng('null');
    let low = 0;
    for (let trial = 0; trial < 1500; trial++) {
      const draw = (n: number): number[][] => points(Array.from({ length: n }, () => rng.normal()));
      if (permutationDistance(draw(2), draw(4), energyDistance, 'seed').p <= 0.2 + 1e-9) low += 1;
    }
    expect(Math.abs(low / 1500 - 0.2)).toBeLessThan(4 * Math.sqrt((0.2 * 0.8) / 1500));
  });
});
