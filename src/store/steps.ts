import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { integerColumn, jsonColumn, jsonObjectColumn, stringRecordColumn } from './columns.ts';
import type { Database } from './database.ts';

/** `running` without a live process is a crash and as retryable as the other two. */
export type StepStatus = 'running' | 'done' | 'failed' | 'interrupted';

/** The stored half of a step: what it is, without the function that performs it. */
export interface StepDescription {
  readonly key: string;
  readonly name: string;
  readonly version: number;
  readonly stage: string;
  readonly title: string;
  readonly params: JsonObject;
  /** Keys of the input steps by input name. */
  readonly inputs: Readonly<Record<string, string>>;
  readonly backend: Json;
  readonly costTokens: number;
}

/** A step that was started at least once. */
export interface StepRow extends StepDescription {
  /** Artifact digests that its inputs had when it was last started. */
  readonly consumed: Readonly<Record<string, string>>;
  readonly status: StepStatus;
  /** Digest of its artifact; present exactly when it is done. */
  readonly artifact: string | null;
  /** How often it was started. */
  readonly attempt: number;
  /** How often it was carried through to the end: 1 for a done step, unless it was repaired. */
  readonly computed: number;
  /** Tokens it reported to have processed. */
  readonly tokens: number | null;
  /** ISO 8601, UTC; of the last attempt. */
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly durationMs: number | null;
  readonly error: string | null;
}

/** State of every step, by key. */
export interface Steps {
  find(key: string): StepRow | undefined;
  /** Steps of one name, latest start first. */
  byName(name: string): StepRow[];
  list(): StepRow[];
  /** Marks a step running and counts the attempt, unless it is done with the same inputs already. */
  start(step: StepDescription, consumed: Readonly<Record<string, string>>): StepRow;
  /** Marks a running step done. If another process finished it meanwhile, that result stays. */
  finish(key: string, result: { artifact: string; tokens: number | null }): StepRow;
  /** Marks it failed; a done step becomes computable again. */
  fail(key: string, error: string): void;
  interrupt(key: string): void;
}

const stepRow = z
  .object({
    key: z.string(),
    name: z.string(),
    version: integerColumn,
    stage: z.string(),
    title: z.string(),
    params: jsonObjectColumn,
    inputs: stringRecordColumn,
    backend: jsonColumn,
    consumed: stringRecordColumn,
    status: z.enum(['running', 'done', 'failed', 'interrupted']),
    artifact: z.string().nullable(),
    attempt: integerColumn,
    computed: integerColumn,
    cost_tokens: integerColumn,
    tokens: integerColumn.nullable(),
    started_at: z.string(),
    finished_at: z.string().nullable(),
    duration_ms: integerColumn.nullable(),
    error: z.string().nullable(),
  })
  .transform(({ cost_tokens, started_at, finished_at, duration_ms, ...row }): StepRow => ({
    ...row,
    costTokens: cost_tokens,
    startedAt: started_at,
    finishedAt: finished_at,
    durationMs: duration_ms,
  }));

/** True when a step is done and was given inputs with these artifact digests. */
export function isCurrent(
  row: StepRow | undefined,
  consumed: Readonly<Record<string, string>>,
): boolean {
  return row?.status === 'done' && canonicalJson(row.consumed) === canonicalJson(consumed);
}

/** The steps table. */
export function openSteps(database: Database, now: () => Date): Steps {
  const find = (key: string): StepRow | undefined =>
    database.get(stepRow, 'SELECT * FROM steps WHERE key = ?', key);
  const mustFind = (key: string): StepRow => {
    const row = find(key);
    if (row === undefined) throw new Error(`step ${key} was never started`);
    return row;
  };
  const stop = (key: string, status: 'failed' | 'interrupted', error: string | null): void => {
    database.run(
      'UPDATE steps SET status = ?, artifact = NULL, error = ?, finished_at = ? WHERE key = ?',
      status,
      error,
      now().toISOString(),
      key,
    );
  };
  return {
    find,
    byName: (name) =>
      database.all(
        stepRow,
        'SELECT * FROM steps WHERE name = ? ORDER BY started_at DESC, key',
        name,
      ),
    list: () => database.all(stepRow, 'SELECT * FROM steps ORDER BY started_at, key'),
    start: (step, consumed) =>
      database.transaction(() => {
        const existing = find(step.key);
        if (existing !== undefined && isCurrent(existing, consumed)) return existing;
        database.run(
          START,
          step.key,
          step.name,
          step.version,
          step.stage,
          step.title,
          canonicalJson(step.params),
          canonicalJson(step.inputs),
          canonicalJson(step.backend),
          canonicalJson(consumed),
          Math.round(step.costTokens),
          now().toISOString(),
        );
        return mustFind(step.key);
      }),
    finish: (key, { artifact, tokens }) =>
      database.transaction(() => {
        const row = mustFind(key);
        if (row.status === 'done') return row;
        const finished = now();
        database.run(
          `UPDATE steps SET status = 'done', artifact = ?, tokens = ?, computed = computed + 1,
             finished_at = ?, duration_ms = ?, error = NULL WHERE key = ?`,
          artifact,
          tokens === null ? null : Math.round(tokens),
          finished.toISOString(),
          Math.max(0, finished.getTime() - Date.parse(row.startedAt)),
          key,
        );
        return mustFind(key);
      }),
    fail: (key, error) => stop(key, 'failed', error),
    interrupt: (key) => stop(key, 'interrupted', null),
  };
}

const START = `
  INSERT INTO steps (key, name, version, stage, title, params, inputs, backend, consumed,
                     status, attempt, cost_tokens, started_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 'running', 1, ?, ?)
  ON CONFLICT (key) DO UPDATE SET
    title = excluded.title, consumed = excluded.consumed, cost_tokens = excluded.cost_tokens,
    started_at = excluded.started_at, status = 'running', attempt = attempt + 1,
    artifact = NULL, finished_at = NULL, duration_ms = NULL, error = NULL`;
