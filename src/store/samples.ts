import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { type Json, parseJson } from '../base/json.ts';
import { integerColumn, jsonObjectColumn, jsonText } from './columns.ts';
import type { Database, SqlValue } from './database.ts';
import type { SampleRow } from './types.ts';

/** A sample without what was said. */
export interface SampleSummary extends Omit<SampleRow, 'transcript' | 'said'> {
  readonly id: number;
  readonly stepKey: string;
}

/** Absent fields match everything. */
export interface SampleFilter {
  readonly stepKeys?: readonly string[];
  readonly probeId?: string;
  readonly status?: 'scored' | 'unscored';
  readonly classification?: string;
}

/** How many samples of a step have a status and a classification. */
export interface SampleCount {
  readonly stepKey: string;
  readonly status: 'scored' | 'unscored';
  readonly classification: string | null;
  readonly count: number;
}

/** Samples of audit steps. */
export interface Samples {
  /** One transaction; rows that exist already (same step, probe and draw) are left alone. */
  add(stepKey: string, rows: Iterable<SampleRow>): void;
  /** Removes the samples of a step, with their transcripts. */
  clear(stepKey: string): void;
  /** Ordered by id; `afterId` goes on where the last page ended. */
  list(filter: SampleFilter, page: { limit: number; afterId?: number }): SampleSummary[];
  counts(filter: SampleFilter): SampleCount[];
  transcript(id: number): Json | undefined;
}

const PREVIEW_CHARACTERS = 200;
const SEARCHED_CHARACTERS = 4_000;

/** As much of what was said as words are looked for in. */
export function searchedPart(said: string): string {
  return said.slice(0, SEARCHED_CHARACTERS).toWellFormed();
}

/** A row of the samples table. */
export const sampleRow = z
  .object({
    id: integerColumn,
    step_key: z.string(),
    probe_id: z.string(),
    cluster: z.string(),
    draw: integerColumn,
    status: z.enum(['scored', 'unscored']),
    reason: z.string().nullable(),
    classification: z.string().nullable(),
    scores: jsonObjectColumn,
    preview: z.string(),
    audit: z.string().nullable(),
    condition: z.string().nullable(),
    score: z.number().nullable(),
  })
  .transform(({ step_key, probe_id, ...row }): SampleSummary => ({
    ...row,
    stepKey: step_key,
    probeId: probe_id,
  }));

const countRow = z
  .object({
    step_key: z.string(),
    status: z.enum(['scored', 'unscored']),
    classification: z.string().nullable(),
    count: integerColumn,
  })
  .transform(({ step_key, ...row }): SampleCount => ({ ...row, stepKey: step_key }));

const idRow = z.object({ id: integerColumn });
const transcriptRow = z.object({ json_gz: z.instanceof(Uint8Array) });

/** The samples and transcripts tables. */
export function openSamples(database: Database): Samples {
  // Not OR IGNORE: that would also drop, silently, a row that breaks a CHECK.
  const insert = (stepKey: string, row: SampleRow): void => {
    const added = database.get(
      idRow,
      `INSERT INTO samples (step_key, probe_id, cluster, draw, status, reason,
         classification, scores, preview, audit, condition, score)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
       ON CONFLICT (step_key, probe_id, draw) DO NOTHING RETURNING id`,
      stepKey,
      row.probeId,
      row.cluster,
      row.draw,
      row.status,
      row.reason,
      row.classification,
      jsonText(row.scores),
      previewOf(row.preview),
      row.audit,
      row.condition,
      row.score,
    );
    if (added === undefined) return;
    database.run(
      'INSERT INTO transcripts (sample_id, json_gz) VALUES (?, ?)',
      added.id,
      gzipSync(jsonText(row.transcript)),
    );
    database.run(
      'INSERT INTO sample_words (rowid, said) VALUES (?, ?)',
      added.id,
      searchedPart(row.said),
    );
  };
  return {
    add: (stepKey, rows) =>
      database.transaction(() => {
        for (const row of rows) insert(stepKey, row);
      }),
    clear: (stepKey) => {
      database.run('DELETE FROM samples WHERE step_key = ?', stepKey);
    },
    list: (filter, { limit, afterId }) => {
      const { where, values } = conditions(filter);
      return database.all(
        sampleRow,
        `SELECT * FROM samples WHERE ${where} AND id > ? ORDER BY id LIMIT ?`,
        ...values,
        afterId ?? 0,
        limit,
      );
    },
    counts: (filter) => {
      const { where, values } = conditions(filter);
      return database.all(
        countRow,
        `SELECT step_key, status, classification, count(*) AS count FROM samples WHERE ${where}
         GROUP BY step_key, status, classification ORDER BY step_key, status, classification`,
        ...values,
      );
    },
    transcript: (id) => {
      const row = database.get(
        transcriptRow,
        'SELECT json_gz FROM transcripts WHERE sample_id = ?',
        id,
      );
      return row && parseJson(new TextDecoder().decode(gunzipSync(row.json_gz)));
    },
  };
}

/** Cut by code units, so a surrogate pair at the end may break; SQLite wants well-formed text. */
function previewOf(text: string): string {
  return text.replace(/\s+/gu, ' ').trim().slice(0, PREVIEW_CHARACTERS).toWellFormed();
}

/** The step keys travel as one JSON parameter: SQLite caps the number of parameters. */
function conditions(filter: SampleFilter): { where: string; values: SqlValue[] } {
  const parts: [string, SqlValue | undefined][] = [
    [
      'step_key IN (SELECT value FROM json_each(?))',
      filter.stepKeys && JSON.stringify(filter.stepKeys),
    ],
    ['probe_id = ?', filter.probeId],
    ['status = ?', filter.status],
    ['classification = ?', filter.classification],
  ];
  const where = ['1'];
  const values: SqlValue[] = [];
  for (const [condition, value] of parts) {
    if (value === undefined) continue;
    where.push(condition);
    values.push(value);
  }
  return { where: where.join(' AND '), values };
}
