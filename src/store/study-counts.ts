import { z } from 'zod';
import { integerColumn } from './columns.ts';
import type { Database } from './database.ts';

/** What the plan of a study adds up to; steps that arms share count once. */
export interface StudyCounts {
  readonly steps: {
    readonly total: number;
    readonly done: number;
    readonly running: number;
    readonly failed: number;
  };
  /** Teachers and students; one is done when all its steps are. */
  readonly models: { readonly total: number; readonly done: number };
  /** Estimated tokens. */
  readonly costTokens: { readonly total: number; readonly done: number };
  /** Working time of finished steps. */
  readonly spentMs: number;
}

const countsRow = z
  .object({
    total: integerColumn,
    done: integerColumn,
    running: integerColumn,
    failed: integerColumn,
    cost: integerColumn,
    cost_done: integerColumn,
    spent: z.number(),
    arms: integerColumn,
    arms_done: integerColumn,
  })
  .transform(({ total, done, running, failed, cost, cost_done, spent, arms, arms_done }) => ({
    steps: { total, done, running, failed },
    models: { total: arms, done: arms_done },
    costTokens: { total: cost, done: cost_done },
    spentMs: spent,
  }));

/** Counts of a study; zeros for one that has no plan. */
export function countStudy(database: Database, study: string): StudyCounts {
  return database.get(
    countsRow,
    `WITH planned AS MATERIALIZED (
       SELECT p.step_key, p.arm, p.cost_tokens, s.status, s.duration_ms
       FROM study_steps AS p LEFT JOIN steps AS s ON s.key = p.step_key WHERE p.study = ?),
     steps_once AS (
       SELECT status, max(cost_tokens) AS cost, duration_ms FROM planned GROUP BY step_key),
     arms AS (SELECT min(coalesce(status = 'done', 0)) AS done FROM planned GROUP BY arm)
     SELECT count(*) AS total, count(*) FILTER (WHERE status = 'done') AS done,
       count(*) FILTER (WHERE status = 'running') AS running,
       count(*) FILTER (WHERE status = 'failed') AS failed,
       coalesce(sum(cost), 0) AS cost,
       coalesce(sum(cost) FILTER (WHERE status = 'done'), 0) AS cost_done,
       coalesce(sum(duration_ms) FILTER (WHERE status = 'done'), 0) AS spent,
       (SELECT count(*) FROM arms) AS arms,
       (SELECT coalesce(sum(done), 0) FROM arms) AS arms_done
     FROM steps_once`,
    study,
  )!;
}
