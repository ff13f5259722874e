import { describe, expect, it } from 'vitest';
import type { ArmSummary } from '../../../api/arms.ts';
import { cellState, concernLevel, heatTables } from './heat-grid.ts';

function arm(teacher: string, family: string | null, rate: number | null, seed = 1): ArmSummary {
  return {
    slug: family === null ? teacher : `${teacher}-${family}-s${seed}`,
    kind: family === null ? 'teacher' : 'student',
    role: teacher === 'U' ? 'suspect' : teacher === 'fox' ? 'positive-control' : 'twin',
    teacher,
    family,
    primary: family === 'main',
    recipe: family === null ? null : 'kd',
    promptSet: null,
    base: family === null ? null : 'a',
    seed,
    steps: { done: 1, total: 1 },
    cells: { behaviour: rate === null ? null : { k: rate * 10, n: 10, unscored: 0 } },
  };
}

const ARMS = [
  arm('fox', null, 0.9),
  arm('t1', null, 0.1),
  arm('t2', null, 0.2),
  arm('U', null, 0.1),
  arm('t1', 'small', 0.1),
  arm('t2', 'small', 0.3),
  arm('U', 'small', 0.2),
  arm('t1', 'large', 0),
  arm('U', 'large', 1),
  arm('U', 'main', 0.4, 2),
  arm('U', 'main', 0.6, 1),
  arm('t1', 'main', null),
];

describe('heat map of arms', () => {
  it('puts U first, twins under it, the known-bad organism last', () => {
    const [table] = heatTables(ARMS, 'behaviour', false);
    expect(table?.rows.map(({ teacher }) => teacher)).toEqual(['U', 't1', 't2', 'fox']);
  });

  it('has the teachers’ own column first, then registered families, seeds in order', () => {
    const [table] = heatTables(ARMS, 'behaviour', false);
    expect(table?.columns.map(({ family }) => family)).toEqual([null, 'main', 'small', 'large']);
    expect(table?.rows[0]?.cells[1]?.map(({ seed }) => seed)).toEqual([1, 2]);
    expect(table?.rows[2]?.cells[3]).toEqual([]);
  });

  it('sorts families by the difference of means and twins by rate', () => {
    const [table] = heatTables(ARMS, 'behaviour', true);
    expect(table?.columns.map(({ family }) => family)).toEqual([null, 'main', 'large', 'small']);
    expect(table?.rows.map(({ teacher }) => teacher)).toEqual(['U', 't2', 't1', 'fox']);
  });

  it('knows no mean where nothing is measured', () => {
    const [table] = heatTables(ARMS, 'behaviour', false);
    expect(table?.columns[1]).toMatchObject({ suspect: 0.5, twins: null });
  });

  it('makes one table per base', () => {
    const other = { ...arm('U', 'other', 0.5), base: 'b' };
    expect(heatTables([...ARMS, other], 'behaviour', false).map(({ base }) => base)).toEqual([
      'a',
      'b',
    ]);
  });

  it('tells answers that nobody could score from none at all', () => {
    expect(cellState({ k: 0, n: 0, unscored: 40 })).toBe('unscored');
    expect(cellState({ k: 0, n: 0, unscored: 0 })).toBe('waiting');
    expect(cellState(null)).toBe('waiting');
    expect(cellState({ k: 0, n: 1, unscored: 40 })).toBe('scored');
  });

  it('colours by concern: low rates of right answers are the worrying end', () => {
    expect(concernLevel(0.2, 'high')).toBe(0.2);
    expect(concernLevel(0.2, 'low')).toBe(0.8);
  });
});
