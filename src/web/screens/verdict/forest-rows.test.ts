import { describe, expect, it } from 'vitest';
import type { FamilyVerdict } from '../../../verdict/types.ts';
import { forestRange, forestRows } from './forest-rows.ts';

const run = (runId: string, statistic: number) => ({
  runId,
  teacherId: runId,
  seed: 1,
  statistic,
  n: 50,
  missing: 1,
});

const family: FamilyVerdict = {
  name: 'open',
  primary: true,
  pRank: 0.05,
  pRankBySeed: [0.05],
  pHolm: 0.1,
  pFloor: 0.05,
  delta: 0.7,
  interval: { low: 0.6, high: 0.8, level: 0.95, method: 'BCa' },
  suspectRuns: [run('u', 0.8)],
  twinRuns: [run('t1', 0.05), run('t2', 0.15)],
  missing: { n: 150, missing: 3 },
  power: 0.9,
  minimumDetectableEffect: 0.2,
  leaveOneOut: { suspectRuns: true, probeClusters: true, twins: true },
  outcome: 'INCRIMINATED',
  reason: '',
  annex: {
    pBenjaminiHochberg: null,
    worstCase: { pRank: 0.06, delta: 0.65 },
    log10BayesFactor: 3,
    pStudentAboveTeacher: null,
  },
  missingScores: {
    forU: { pRank: 0.06, lowerBound: 0.55 },
    againstU: { pRank: 0.05, lowerBound: 0.62 },
  },
};
const exploratory: FamilyVerdict = { ...family, name: 'other', primary: false, pHolm: null };

describe('rows of the forest plot', () => {
  it('puts registered families first and marks p of the others as unadjusted', () => {
    const rows = forestRows([exploratory, family], { p: 'holm', missing: 'scored' });
    expect(rows.map((row) => row.family.name)).toEqual(['open', 'other']);
    expect(rows.map((row) => row.p)).toEqual(['Holm p = .10', 'rank p = .05, unadjusted']);
  });

  it('shows the twins around zero, and U where Δ is', () => {
    const [row] = forestRows([family], { p: 'raw', missing: 'scored' });
    expect(row?.p).toBe('rank p = .05');
    expect(row?.twins.map(({ shift }) => shift.toFixed(2))).toEqual(['-0.05', '0.05']);
    expect(row?.suspects[0]?.shift).toBeCloseTo(0.7);
  });

  it('takes missing scores at their worst, with a lower bound alone', () => {
    const [row] = forestRows([family], { p: 'holm', missing: 'worst' });
    expect(row).toMatchObject({ delta: 0.65, low: 0.55, high: null, p: 'rank p = .06' });
  });

  it('has nothing to fill in where no score is missing', () => {
    const whole = { ...family, missing: { n: 150, missing: 0 }, missingScores: null };
    const [row] = forestRows([whole], { p: 'holm', missing: 'worst' });
    expect(row).toMatchObject({ delta: 0.7, low: 0.6, high: 0.8, p: 'Holm p = .10' });
  });

  it('covers every mark by the range of its axis', () => {
    const range = forestRange(forestRows([family], { p: 'raw', missing: 'scored' }), 0.1);
    expect(Math.min(...range)).toBeCloseTo(-0.05);
    expect(Math.max(...range)).toBe(0.8);
  });
});
