import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { createRng } from '../../base/rng.ts';
import { rankPValue } from '../rank-p-value.ts';
import { goldenRows } from '../read-golden.fixture.ts';
import { type SequentialDesign, spendingShares } from './design.ts';
import { exactSequentialRank } from './exact-rank.ts';
import { nextIncrement } from './next-increment.ts';
import { lookLevels, sequentialPValue } from './sequential-p-value.ts';

const spendings = ['obrien-fleming', 'pocock', 'even'] as const;
const twins = (looks: number[], spending: SequentialDesign['spending'] = 'even') =>
  ({ adds: 'twins', looks, spending }) as const;

describe('spending', () => {
  it('shares all of alpha, more of it late under O’Brien-Fleming than under Pocock', () => {
    for (const spending of spendings) {
      const shares = spendingShares(twins([20, 40, 60], spending), 0.05);
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(shares.every((share) => share > 0)).toBe(true);
    }
    const [early] = spendingShares(twins([20, 40, 60], 'obrien-fleming'), 0.05);
    const [pocock] = spendingShares(twins([20, 40, 60], 'pocock'), 0.05);
    // 2 − 2 Φ(1.96 √3) = .00069 of .05, and ln(1 + (e − 1) / 3).
    expect(early).toBeCloseTo(0.0138, 3);
    expect(pocock).toBeCloseTo(Math.log(1 + (Math.E - 1) / 3), 12);
  });
});

describe('exact sequential rank', () => {
  it('agrees with exact arithmetic', () => {
    const row = z.tuple([
      z.tuple([z.array(z.number()), z.array(z.number())]),
      z.tuple([z.number()]),
    ]);
    for (const [[looks, ranks], [want]] of goldenRows('sequential-rank', row)) {
      expect(exactSequentialRank(looks, ranks)).toBeCloseTo(want, 12);
    }
  });

  it('is the plain rank p with one look and lies between the largest and the sum', () => {
    expect(sequentialPValue({ ...twins([19]), look: 1 }, 0.05, 0.05)).toBeCloseTo(0.05, 12);
    fc.assert(
      fc.property(fc.nat(3), fc.nat(4), fc.nat(5), (a, b, c) => {
        const looks = [9, 19, 39];
        const crossed = exactSequentialRank(looks, [a, b, c]);
        const alone = [a / 10, b / 20, c / 40];
        expect(crossed).toBeGreaterThanOrEqual(Math.max(...alone) - 1e-12);
        expect(crossed).toBeLessThanOrEqual(alone[0]! + alone[1]! + alone[2]! + 1e-12);
      }),
    );
  });

  it('matches simulated studies that add twins and stop at the first alarm', () => {
    const rng = createRng('looks');
    const design = twins([19, 39, 79], 'pocock');
    const levels = lookLevels(design, 0, 0.05, 0.05);
    const trials = 6000;
    let alarms = 0;
    let naive = 0;
    for (let trial = 0; trial < trials; trial++) {
      const u = rng.normal();
      const all = Array.from({ length: 79 }, () => rng.normal());
      const ps = design.looks.map((size) => rankPValue(u, all.slice(0, size)));
      if (ps.some((p, k) => p <= levels[k]! + 1e-9)) alarms += 1;
      if (ps.some((p) => p <= 0.05 + 1e-9)) naive += 1;
    }
    const ranks = levels.map((level, k) => Math.round(level * (design.looks[k]! + 1)));
    const want = exactSequentialRank(design.looks, ranks);
    expect(want).toBeLessThanOrEqual(0.05);
    expect(Math.abs(alarms / trials - want)).toBeLessThan(4 * Math.sqrt(want / trials));
    // Peeking without declaring it breaks the level: this is what the design prevents.
    expect(naive / trials).toBeGreaterThan(0.058);
  });
});

describe('sequential p-value', () => {
  it('rises with the rank p, is never below it and never above 1', () => {
    const rank = fc.integer({ min: 1, max: 40 });
    fc.assert(
      fc.property(rank, rank, fc.constantFrom(...spendings), (a, b, spending) => {
        const at = { ...twins([19, 39], spending), look: 2 };
        const [low, high] = [Math.min(a, b) / 40, Math.max(a, b) / 40];
        const p = sequentialPValue(at, low, 0.05);
        expect(p).toBeLessThanOrEqual(sequentialPValue(at, high, 0.05) + 1e-12);
        expect(p).toBeGreaterThanOrEqual(low - 1e-12);
        expect(p).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('pays for looks at probes by the union bound and nothing for further seeds', () => {
    const probes = { adds: 'probes', looks: [32, 64], spending: 'even', look: 1 } as const;
    expect(sequentialPValue(probes, 0.02, 0.05)).toBeCloseTo(0.04, 12);
    expect(sequentialPValue({ ...probes, adds: 'seeds' }, 0.05, 0.05)).toBe(0.05);
  });

  it('says which looks can incriminate at all', () => {
    expect(lookLevels(twins([19, 39, 59]), 0, 0.05, 0.05)).toEqual([0, 1 / 40, 2 / 60]);
    expect(
      lookLevels({ adds: 'probes', looks: [32, 64], spending: 'even' }, 39, 0.05, 0.05),
    ).toEqual([1 / 40, 1 / 40]);
  });
});

describe('next increment', () => {
  const at = { ...twins([19, 39, 59]), look: 1 };
  const present = {
    at,
    twins: Array.from({ length: 19 }, (_, i) => 0.05 + 0.002 * i),
    twinsAbove: 0,
    drawsPerRun: 64,
    noiseDraws: 64,
    delta: 0.2,
    levels: lookLevels(at, 0, 0.05, 0.05),
  };

  it('says what the next look would buy', () => {
    const next = nextIncrement(present, 'seed')!;
    expect(next).toMatchObject({ size: 39, level: 1 / 40 });
    expect(next.power).toBeGreaterThan(0.8);
    // U leads 19 twins: 20 more leave it in front with chance 20/40.
    expect(next.chanceAsItStands).toBeCloseTo(0.5, 12);
    expect(nextIncrement({ ...present, twinsAbove: 3 }, 'seed')!.chanceAsItStands).toBe(0);
  });

  it('is none at the last look', () => {
    expect(nextIncrement({ ...present, at: { ...at, look: 3 } }, 'seed')).toBeNull();
  });
});
