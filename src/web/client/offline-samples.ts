import type { OfflineRow } from '../../api/offline.ts';
import type { SampleListRow, SampleQuery, SampleView, Snapshot } from '../../api/samples.ts';
import { groupBy } from '../../base/group-by.ts';

/**
 * Rows that a query of the samples route asks for, in its order: what a server does in SQL.
 * `hasWords`: whether a sample has the words that are looked for.
 */
export function selectRows(
  rows: readonly OfflineRow[],
  query: SampleQuery,
  hasWords: (id: number) => boolean,
): readonly OfflineRow[] {
  const holds = (row: OfflineRow): boolean =>
    (query.arm === undefined || row.arm === query.arm) &&
    (query.role === undefined || row.role === query.role) &&
    (query.kind === undefined || row.kind === query.kind) &&
    (query.family === undefined || row.family === query.family) &&
    (query.audit === undefined || row.audit === query.audit) &&
    (query.condition === undefined || row.condition === query.condition) &&
    (query.probe === undefined || row.probeId === query.probe) &&
    (query.status === undefined || row.status === query.status) &&
    (query.class === undefined || row.class === query.class) &&
    (query.min === undefined || (row.score !== null && row.score >= query.min)) &&
    (query.max === undefined || (row.score !== null && row.score <= query.max)) &&
    (query.marked !== 'annotated' || row.notes > 0) &&
    (query.marked !== 'invalidated' || row.invalidated) &&
    hasWords(row.id);
  const keyOf = SORT_KEYS[query.sort ?? 'id'];
  const sign = query.desc === '1' ? -1 : 1;
  return rows.filter(holds).toSorted((a, b) => compare(keyOf(a), keyOf(b), sign) || a.id - b.id);
}

const SORT_KEYS: Readonly<
  Record<NonNullable<SampleQuery['sort']>, (row: OfflineRow) => string | number | null>
> = {
  id: ({ id }) => id,
  // Ties of the one in the order of the other, as a server has them.
  arm: ({ arm, audit }) => `${arm}\0${audit}`,
  audit: ({ arm, audit }) => `${audit}\0${arm}`,
  probe: ({ probeId }) => probeId,
  draw: ({ draw }) => draw,
  class: (row) => row.class,
  score: ({ score }) => score,
  status: ({ status }) => status,
};

/** What is missing comes last, whichever way the rest goes. */
function compare(a: string | number | null, b: string | number | null, sign: 1 | -1): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return a < b ? -sign : a > b ? sign : 0;
}

/** Counts of selected rows, as the samples route answers them. */
export function snapshotOf(name: string, rows: readonly OfflineRow[]): Snapshot {
  const facet = (valueOf: (row: OfflineRow) => string | null) =>
    [...groupBy(rows, valueOf)]
      .flatMap(([value, own]) => (value === null ? [] : [{ value, count: own.length }]))
      .toSorted((a, b) => b.count - a.count || (a.value < b.value ? -1 : 1));
  const isMissing = ({ status, score }: OfflineRow): boolean =>
    status === 'unscored' && score === null;
  return {
    snapshot: name,
    total: rows.length,
    facets: {
      arm: facet(({ arm }) => arm),
      role: facet(({ role }) => role),
      audit: facet(({ audit }) => audit),
      condition: facet(({ condition }) => condition),
      status: facet(({ status }) => status),
      class: facet((row) => row.class),
    },
    unscored: rows.filter(isMissing).length,
    invalidated: rows.filter(({ invalidated }) => invalidated).length,
    strips: [...groupBy(rows, ({ arm }) => arm)].flatMap(([arm, own]) => {
      const [first] = own;
      if (first === undefined) return [];
      const scores = own.flatMap(({ score }) => (score === null ? [] : [score]));
      const sum = scores.reduce((total, score) => total + score, 0);
      return {
        arm,
        role: first.role,
        kind: first.kind,
        mean: scores.length === 0 ? null : sum / scores.length,
        n: scores.length,
        unscored: own.filter(isMissing).length,
      };
    }),
  };
}

/** The same probe and draw put to all others: teachers first, U before its twins. */
export function counterpartsOf(
  rows: readonly OfflineRow[],
  own: SampleListRow,
): SampleView['counterparts'] {
  return rows
    .filter(
      ({ id, audit, probeId, draw }) =>
        id !== own.id && audit === own.audit && probeId === own.probeId && draw === own.draw,
    )
    .toSorted((a, b) => rankOf(a) - rankOf(b) || a.id - b.id)
    .map(({ id, arm, role, kind, draw, score, class: given }) => ({
      id,
      arm,
      role,
      kind,
      draw,
      score,
      class: given,
    }));
}

function rankOf({ kind, role }: OfflineRow): number {
  return (kind === 'teacher' ? 0 : 2) + (role === 'suspect' ? 0 : 1);
}
