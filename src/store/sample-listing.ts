import { z } from 'zod';
import { readSearch } from '../base/word-search.ts';
import { integerColumn, jsonColumn } from './columns.ts';
import type { Database, SqlValue } from './database.ts';
import { sampleRow, type SampleSummary } from './samples.ts';

/** Which samples. Absent fields match everything; all that are given must hold. */
export interface SampleSelection {
  /** Audit steps, in the order that sorting by step follows. */
  readonly steps: readonly string[];
  /** Steps for which the score of this metric stands in place of the stored one. */
  readonly otherMetric?: { readonly steps: readonly string[]; readonly metric: string } | undefined;
  /** Words in what was said; the last may be the beginning of one. */
  readonly words?: string | undefined;
  readonly condition?: string | undefined;
  readonly probeId?: string | undefined;
  readonly draw?: number | undefined;
  readonly status?: 'scored' | 'unscored' | undefined;
  readonly classification?: string | undefined;
  /** Score at least, at most. */
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  /** Only these. */
  readonly ids?: readonly number[] | undefined;
}

/** What samples can be ordered by; ties are in order of id. */
export type SampleOrder = 'id' | 'step' | 'probe' | 'draw' | 'class' | 'score' | 'status';

/** Samples of one step that agree in everything a facet counts. */
export interface SampleGroup {
  readonly stepKey: string;
  readonly condition: string | null;
  readonly status: 'scored' | 'unscored';
  readonly classification: string | null;
  readonly samples: number;
  /** Sum of scores, and how many there are. */
  readonly k: number;
  readonly n: number;
}

/** The samples table as grids read it: ordered ids first, rows by id, counts by group. */
export interface SampleListing {
  ids(selection: SampleSelection, order: SampleOrder, descending: boolean): readonly number[];
  groups(selection: SampleSelection): readonly SampleGroup[];
  /** Samples without a score that should have one, by step and condition. */
  missing(
    selection: SampleSelection,
    metric: string | undefined,
  ): readonly { readonly stepKey: string; readonly condition: string | null; readonly n: number }[];
  /** In the order of the ids; those that are gone are left out. */
  rows(ids: readonly number[], otherMetric?: SampleSelection['otherMetric']): SampleSummary[];
}

/** Hundreds of thousands of ids: they are ours, and checked in one pass. */
const idsRow = z.object({
  ids: jsonColumn.pipe(
    z.custom<readonly number[]>(
      (ids) => Array.isArray(ids) && ids.every((id) => Number.isSafeInteger(id)),
    ),
  ),
});
const groupRow = z
  .object({
    step_key: z.string(),
    condition: z.string().nullable(),
    status: z.enum(['scored', 'unscored']),
    classification: z.string().nullable(),
    samples: integerColumn,
    k: z.number(),
    n: integerColumn,
  })
  .transform(({ step_key, ...row }): SampleGroup => ({ ...row, stepKey: step_key }));
const missingRow = z
  .object({ step_key: z.string(), condition: z.string().nullable(), n: integerColumn })
  .transform(({ step_key, ...row }) => ({ ...row, stepKey: step_key }));

/**
 * The planner takes rows to be read whole as soon as one of their columns is, and then prefers other
 * ways; in truth hardly any row is.
 */
const BY_FIGURES = 'INDEXED BY samples_by_figures';

function hintFor({ probeId, ids }: SampleSelection, order: SampleOrder): string {
  const isNarrow = probeId !== undefined || ids !== undefined;
  return isNarrow || order === 'probe' || order === 'draw' ? '' : BY_FIGURES;
}

/** The samples table, for listings. */
export function openSampleListing(database: Database): SampleListing {
  const groupsOf = (selection: SampleSelection): SampleGroup[] => {
    const { score, scoreValues, where, values } = partsOf(selection);
    return database.all(
      groupRow,
      `SELECT s.step_key, s.condition, s.status, s.classification, count(*) AS samples,
         total(${score}) AS k, count(${score}) AS n
       FROM samples AS s ${hintFor(selection, 'id')} WHERE s.step_key IN (SELECT value FROM json_each(?)) AND ${where}
       GROUP BY s.step_key, s.condition, s.status, s.classification`,
      ...scoreValues,
      ...scoreValues,
      JSON.stringify(selection.steps),
      ...values,
    );
  };
  return {
    ids: (selection, order, descending) => {
      const { score, scoreValues, where, values } = partsOf(selection);
      const direction = descending ? 'DESC' : 'ASC';
      // json_group_array takes rows as they come: one long text crosses over, not a row per id.
      const row = database.get(
        idsRow,
        `SELECT json_group_array(id) AS ids FROM (
           SELECT s.id FROM json_each(?) AS step
           CROSS JOIN samples AS s ${hintFor(selection, order)} ON s.step_key = step.value
           WHERE ${where}${orderBy(order, direction, score)})`,
        JSON.stringify(selection.steps),
        ...values,
        ...(order === 'score' ? [...scoreValues, ...scoreValues] : []),
      );
      const ids = row?.ids ?? [];
      // Numbers alone, which come in runs, are sorted faster here than by SQLite.
      return order === 'id' ? ids.toSorted((a, b) => (descending ? b - a : a - b)) : ids;
    },
    groups: (selection) => {
      // Apart, so that the greater part is read from the index alone.
      const { otherMetric, steps } = selection;
      if (otherMetric === undefined) return groupsOf(selection);
      const others = new Set(otherMetric.steps);
      const plain = steps.filter((key) => !others.has(key));
      const other = steps.filter((key) => others.has(key));
      return [
        ...groupsOf({ ...selection, steps: plain, otherMetric: undefined }),
        ...(other.length === 0 ? [] : groupsOf({ ...selection, steps: other })),
      ];
    },
    missing: (selection, metric) => {
      const { where, values } = partsOf({ ...selection, status: 'unscored' });
      const has = metric === undefined ? '1' : 'json_type(s.scores, ?) IS NOT NULL';
      return database.all(
        missingRow,
        `SELECT s.step_key, s.condition, count(*) AS n FROM samples AS s
         WHERE s.step_key IN (SELECT value FROM json_each(?)) AND ${where} AND s.score IS NULL AND ${has} GROUP BY s.step_key, s.condition`,
        JSON.stringify(selection.steps),
        ...values,
        ...(metric === undefined ? [] : [pathOf(metric)]),
      );
    },
    rows: (ids, otherMetric) => {
      const { score, scoreValues } = scoreOf(otherMetric);
      return database.all(
        sampleRow,
        `SELECT s.id, s.step_key, s.probe_id, s.cluster, s.draw, s.status, s.reason,
           s.classification, s.scores, s.preview, s.audit, s.condition, ${score} AS score
         FROM json_each(?) AS wanted JOIN samples AS s ON s.id = wanted.value
         ORDER BY wanted.key`,
        ...scoreValues,
        JSON.stringify(ids),
      );
    },
  };
}

function orderBy(order: SampleOrder, direction: string, score: string): string {
  switch (order) {
    case 'id':
      return '';
    case 'step':
      return ` ORDER BY step.key ${direction}, s.id`;
    case 'probe':
      return ` ORDER BY s.probe_id ${direction}, s.id`;
    case 'draw':
      return ` ORDER BY s.draw ${direction}, s.id`;
    case 'class':
      return ` ORDER BY s.classification IS NULL, s.classification ${direction}, s.id`;
    case 'score':
      return ` ORDER BY ${score} IS NULL, ${score} ${direction}, s.id`;
    case 'status':
      return ` ORDER BY s.status ${direction}, s.id`;
  }
}

function partsOf(selection: SampleSelection): {
  readonly score: string;
  readonly scoreValues: readonly SqlValue[];
  readonly where: string;
  readonly values: readonly SqlValue[];
} {
  const { score, scoreValues } = scoreOf(selection.otherMetric);
  const { words, ids, min, max } = selection;
  const parts: readonly [string, readonly SqlValue[] | undefined][] = [
    ['s.condition = ?', given(selection.condition)],
    ['s.probe_id = ?', given(selection.probeId)],
    ['s.draw = ?', given(selection.draw)],
    ['s.status = ?', given(selection.status)],
    ['s.classification = ?', given(selection.classification)],
    [`${score} >= ?`, min === undefined ? undefined : [...scoreValues, min]],
    [`${score} <= ?`, max === undefined ? undefined : [...scoreValues, max]],
    ['s.id IN (SELECT value FROM json_each(?))', ids && [JSON.stringify(ids)]],
    [
      // The plus keeps the planner from reading every match's row.
      '+s.id IN (SELECT rowid FROM sample_words WHERE sample_words MATCH ?)',
      words === undefined ? undefined : [matchOf(words)],
    ],
  ];
  const held = parts.filter(([, values]) => values !== undefined);
  return {
    score,
    scoreValues,
    where: ['1', ...held.map(([condition]) => condition)].join(' AND '),
    values: held.flatMap(([, values]) => values ?? []),
  };
}

function given(value: SqlValue | undefined): readonly SqlValue[] | undefined {
  return value === undefined ? undefined : [value];
}

function scoreOf(otherMetric: SampleSelection['otherMetric']): {
  readonly score: string;
  readonly scoreValues: readonly SqlValue[];
} {
  if (otherMetric === undefined || otherMetric.steps.length === 0) {
    return { score: 's.score', scoreValues: [] };
  }
  return {
    score: `(CASE WHEN s.step_key IN (SELECT value FROM json_each(?))
      THEN json_extract(s.scores, ?) ELSE s.score END)`,
    scoreValues: [JSON.stringify(otherMetric.steps), `${pathOf(otherMetric.metric)}.value`],
  };
}

function pathOf(metric: string): string {
  return `$.${JSON.stringify(metric)}`;
}

/**
 * The words as a full-text query that cannot fail to parse: each in quotes, so that no operator of
 * the query language is left in it. What is in double quotes is looked for as it stands.
 */
export function matchOf(words: string): string {
  const { phrases, isOpen } = readSearch(words);
  if (phrases.length === 0) return '""';
  return phrases
    .map((phrase, i) => `"${phrase}"${isOpen && i === phrases.length - 1 ? '*' : ''}`)
    .join(' ');
}
