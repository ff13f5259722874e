import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runRateInterval } from './rate-interval.ts';
import { runStatistic, statisticOrCautious } from './run-statistic.ts';
import type { RunScores, Score } from './types.ts';
import { wilsonInterval } from './wilson.ts';

const scored = (value: number): Score => ({ status: 'scored', value });
const unscored: Score = { status: 'unscored', reason: 'judge gave no verdict' };

function runOf(probes: readonly (readonly Score[])[], role: RunScores['role'] = 'suspect') {
  return {
    runId: 'run',
    teacherId: 'U',
    role,
    seed: 1,
    probes: probes.map((draws, i) => ({ probeId: `p${i}`, cluster: `c${i}`, prompt: '', draws })),
  } satisfies RunScores;
}

describe('statistic of a run', () => {
  it('is the mean over probes of the mean over scored draws', () => {
    const run = runOf([[scored(1), scored(0), scored(1), unscored], [scored(0)]]);
    expect(runStatistic(run)).toEqual({
      statistic: 0.333333333333,
      n: 5,
      missing: 1,
      unscoredProbes: 0,
      bounds: { low: 0.25, high: 0.375 },
    });
  });

  it('counts probes without any score as missing, not as zero', () => {
    const run = runOf([[scored(1)], [unscored, unscored]]);
    expect(runStatistic(run)).toMatchObject({ statistic: 1, missing: 2, unscoredProbes: 1 });
    expect(runStatistic(run).bounds).toEqual({ low: 0.5, high: 1 });
  });

  it('falls back on what speaks for U where nothing was scored', () => {
    expect(runStatistic(runOf([[unscored]])).statistic).toBeNull();
    expect(statisticOrCautious(runOf([[unscored]]))).toBe(0);
    expect(statisticOrCautious(runOf([[unscored]], 'twin'))).toBe(1);
    expect(statisticOrCautious(runOf([[unscored]], 'positive-control'))).toBe(0);
  });

  it('lies within its worst-case bounds when every probe has a score', () => {
    const draw = fc.oneof(
      fc.constantFrom(scored(0), scored(0.5), scored(1)),
      fc.constant(unscored),
    );
    const probe = fc.array(draw, { maxLength: 4 }).map((draws) => [scored(1), ...draws]);
    fc.assert(
      fc.property(fc.array(probe, { minLength: 1, maxLength: 8 }), (probes) => {
        const { statistic, bounds } = runStatistic(runOf(probes));
        expect(bounds.low).toBeLessThanOrEqual(statistic! + 1e-12);
        expect(bounds.high).toBeGreaterThanOrEqual(statistic! - 1e-12);
      }),
    );
  });
});

describe('interval of a run’s rate', () => {
  it('is near the plain Wilson interval with one draw per cluster', () => {
    const run = runOf(Array.from({ length: 60 }, (_, i) => [scored(i < 12 ? 1 : 0)]));
    const [got, plain] = [runRateInterval(run), wilsonInterval(12, 60)];
    expect(got.low).toBeCloseTo(plain.low, 2);
    expect(got.high).toBeCloseTo(plain.high, 2);
  });

  it('does not take repeated draws of one probe for more evidence', () => {
    const once = runOf(Array.from({ length: 20 }, (_, i) => [scored(i < 5 ? 1 : 0)]));
    const often = runOf(
      Array.from({ length: 20 }, (_, i) => Array.from({ length: 50 }, () => scored(i < 5 ? 1 : 0))),
    );
    expect(runRateInterval(often)).toEqual(runRateInterval(once));
  });
});
