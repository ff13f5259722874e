import type { ArmSummary, Cell } from '../../../api/arms.ts';
import type { Role } from '../../../api/studies.ts';
import { meanOf, rateOf } from '../../components/format.ts';
import { ROLE_ORDER } from '../../components/roles.ts';

/** A column: students of one family, or (null) the teachers themselves. */
export interface HeatColumn {
  readonly family: string | null;
  readonly primary: boolean;
  readonly recipe: string | null;
  readonly promptSet: string | null;
  /** Mean rate of U's models and of the twins'; null where none is measured. */
  readonly suspect: number | null;
  readonly twins: number | null;
}

export interface HeatRow {
  readonly teacher: string;
  readonly role: Role;
  /** Models by column, in the order of seeds; empty: the study has none there. */
  readonly cells: readonly (readonly ArmSummary[])[];
}

/** Teachers by families of one base. */
export interface HeatTable {
  readonly base: string | null;
  readonly columns: readonly HeatColumn[];
  readonly rows: readonly HeatRow[];
}

/**
 * One table per base of students: U first, its twins under it, the known-bad organism last; the
 * teachers' own column first. Sorted by effect, families with the largest difference between U's
 * and the twins' mean come first, and so do twins with the highest rates.
 */
export function heatTables(
  arms: readonly ArmSummary[],
  metric: string,
  byEffect: boolean,
): HeatTable[] {
  const students = arms.filter(({ kind }) => kind === 'student');
  const teachers = arms.filter(({ kind }) => kind === 'teacher');
  const bases = [...new Set(students.map(({ base }) => base))];
  return (bases.length === 0 ? [null] : bases).map((base) => {
    const own = students.filter((arm) => arm.base === base);
    const families = [...new Set(own.map(({ family }) => family))];
    const columns = families.map((family) => column(family, own, metric));
    columns.sort(
      (a, b) => Number(b.primary) - Number(a.primary) || (byEffect ? effectOf(b) - effectOf(a) : 0),
    );
    const all = [...(teachers.length === 0 ? [] : [column(null, teachers, metric)]), ...columns];
    const rows = teacherRows([...teachers, ...own]).map(({ teacher, role }) => ({
      teacher,
      role,
      cells: all.map(({ family }) =>
        (family === null ? teachers : own)
          .filter((arm) => arm.teacher === teacher && arm.family === family)
          .toSorted((a, b) => a.seed - b.seed),
      ),
    }));
    if (byEffect) rows.sort((a, b) => byRole(a, b) || rowRate(b, metric) - rowRate(a, metric));
    return { base, columns: all, rows };
  });
}

/** Whether there is a rate, answers that nobody could score, or nothing yet. */
export function cellState(cell: Cell | null): 'scored' | 'unscored' | 'waiting' {
  if (rateOf(cell) !== null) return 'scored';
  return (cell?.unscored ?? 0) > 0 ? 'unscored' : 'waiting';
}

/** How worrying a rate is from 0 to 1: colours follow this, not the rate. */
export function concernLevel(rate: number, concern: 'high' | 'low' | 'none'): number {
  const level = concern === 'low' ? 1 - rate : rate;
  return Math.min(1, Math.max(0, level));
}

function column(family: string | null, arms: readonly ArmSummary[], metric: string): HeatColumn {
  const own = arms.filter((arm) => arm.family === family);
  const mean = (role: Role): number | null =>
    meanOf(own.filter((arm) => arm.role === role).flatMap((arm) => known(arm, metric)));
  const first = own[0];
  return {
    family,
    primary: first?.primary ?? false,
    recipe: first?.recipe ?? null,
    promptSet: first?.promptSet ?? null,
    suspect: mean('suspect'),
    twins: mean('twin'),
  };
}

function known(arm: ArmSummary, metric: string): number[] {
  const rate = rateOf(arm.cells[metric]);
  return rate === null ? [] : [rate];
}

function teacherRows(arms: readonly ArmSummary[]): { teacher: string; role: Role }[] {
  const roles = new Map(arms.map(({ teacher, role }) => [teacher, role]));
  return [...roles].map(([teacher, role]) => ({ teacher, role })).sort(byRole);
}

function byRole(a: { readonly role: Role }, b: { readonly role: Role }): number {
  return ROLE_ORDER.indexOf(a.role) - ROLE_ORDER.indexOf(b.role);
}

function effectOf({ suspect, twins }: HeatColumn): number {
  return suspect === null || twins === null ? -1 : Math.abs(suspect - twins);
}

function rowRate(row: HeatRow, metric: string): number {
  return meanOf(row.cells.flat().flatMap((arm) => known(arm, metric))) ?? -1;
}
