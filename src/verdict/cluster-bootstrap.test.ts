import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bootstrapDelta } from './cluster-bootstrap.ts';
import { deltaTable } from './delta-table.ts';
import { goldenLists } from './read-golden.fixture.ts';
import type { RunScores } from './types.ts';

function run(role: RunScores['role'], teacherId: string, values: readonly number[]): RunScores {
  const probes = values.map((value, i) => ({
    probeId: `p${i}`,
    cluster: `c${i}`,
    prompt: '',
    draws: [{ status: 'scored' as const, value }],
  }));
  return { runId: teacherId, teacherId, role, seed: 1, probes };
}

function tableOf(suspect: readonly number[], twins: readonly (readonly number[])[]) {
  return deltaTable(
    [run('suspect', 'U', suspect)],
    twins.map((values, i) => run('twin', `t${i}`, values)),
  );
}

describe('cluster bootstrap', () => {
  it('agrees with the BCa interval of SciPy where only probes vary', () => {
    for (const { list, rest } of goldenLists('bca')) {
      const zeros = list.map(() => 0);
      const { interval } = bootstrapDelta(tableOf(list, [zeros, zeros]), 'seed');
      expect(Math.abs(interval.low - rest[0]!)).toBeLessThan(0.008);
      expect(Math.abs(interval.high - rest[1]!)).toBeLessThan(0.008);
    }
  });

  it('contains the estimate, lies in [−1, 1] and is the same for the same seed', () => {
    const values = fc.array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: 6, maxLength: 6 });
    fc.assert(
      fc.property(values, fc.array(values, { minLength: 2, maxLength: 5 }), (suspect, twins) => {
        const table = tableOf(suspect, twins);
        const { delta, interval } = bootstrapDelta(table, 'seed');
        expect(interval.low).toBeLessThanOrEqual(delta);
        expect(interval.high).toBeGreaterThanOrEqual(delta);
        expect(interval.low).toBeGreaterThanOrEqual(-1);
        expect(interval.high).toBeLessThanOrEqual(1);
        expect(bootstrapDelta(table, 'seed').interval).toEqual(interval);
      }),
      { numRuns: 25 },
    );
  });

  it('moves with the scores: adding to all of U moves Δ and both bounds by as much', () => {
    const suspect = [0.1, 0.4, 0.2, 0.5, 0.3, 0.2, 0.1, 0.4];
    const twins = [suspect.map((v) => v / 2), suspect.map((v) => v / 4)];
    const shifted = suspect.map((value) => value + 0.3);
    const before = bootstrapDelta(tableOf(suspect, twins), 'seed');
    const after = bootstrapDelta(tableOf(shifted, twins), 'seed');
    expect(after.delta).toBeCloseTo(before.delta + 0.3, 12);
    expect(after.interval.low).toBeCloseTo(before.interval.low + 0.3, 9);
    expect(after.interval.high).toBeCloseTo(before.interval.high + 0.3, 9);
  });

  it('does not claim certainty where all scores are equal', () => {
    const ones = Array.from({ length: 20 }, () => 1);
    const zeros = ones.map(() => 0);
    const { delta, interval } = bootstrapDelta(tableOf(ones, [zeros, zeros]), 'seed');
    expect(delta).toBe(1);
    expect(interval.method).toContain('Newcombe');
    expect(interval.low).toBeLessThan(0.9);
    expect(interval.high).toBe(1);
  });
});
