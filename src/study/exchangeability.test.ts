import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnostic, jensenShannon } from './exchangeability.ts';

const table = fc
  .dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.integer({ min: 1, max: 9 }), { minKeys: 1 })
  .map((counts) => new Map(Object.entries(counts)));

describe('diagnostic', () => {
  it('flags a U outside the range of its twins, from either side', () => {
    const twins = Array.from({ length: 19 }, (_, i) => i);
    expect(diagnostic('x', '', 19, twins)).toMatchObject({
      outside: true,
      p: 0.1,
      low: 0,
      high: 18,
    });
    expect(diagnostic('x', '', -1, twins)).toMatchObject({ outside: true, p: 0.1 });
    expect(diagnostic('x', '', 9.5, twins)).toMatchObject({ outside: false, p: 1 });
  });

  it('does not hold ties against U', () => {
    expect(diagnostic('x', '', 1, [1, 1, 1])).toMatchObject({ outside: false, p: 1 });
  });
});

describe('jensenShannon', () => {
  it('is 0 for proportional tables and 1 bit for disjoint ones', () => {
    const once = new Map([
      ['owl', 1],
      ['sea', 2],
    ]);
    const twice = new Map([
      ['owl', 2],
      ['sea', 4],
    ]);
    expect(jensenShannon(once, twice)).toBeCloseTo(0, 12);
    expect(jensenShannon(once, new Map([['tree', 5]]))).toBeCloseTo(1, 12);
  });

  it('is symmetric and within [0, 1]', () => {
    fc.assert(
      fc.property(table, table, (a, b) => {
        const bits = jensenShannon(a, b);
        expect(bits).toBeCloseTo(jensenShannon(b, a), 12);
        expect(bits).toBeGreaterThanOrEqual(-1e-12);
        expect(bits).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});
