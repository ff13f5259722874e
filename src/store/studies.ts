import { z } from 'zod';
import { integerColumn, jsonColumn } from './columns.ts';
import type { Database } from './database.ts';
import type { StepStatus } from './steps.ts';
import { countStudy, type StudyCounts } from './study-counts.ts';

export type StudyStatus = 'new' | 'running' | 'finished' | 'failed' | 'interrupted';

/** A study known to the store. */
export interface StudyRow {
  /** Slug, chosen by the user. */
  readonly id: string;
  /** The study file as written. */
  readonly spec: string;
  readonly specDigest: string;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  readonly status: StudyStatus;
}

/** A step a study needs, for one arm. */
export interface PlannedStep {
  readonly stepKey: string;
  /** Arm slug; steps that several arms share have one entry per arm. */
  readonly arm: string;
  readonly name: string;
  readonly stage: string;
  readonly title: string;
  readonly costTokens: number;
  /** Keys of the steps it reads. */
  readonly inputs: readonly string[];
}

/** A planned step with what became of it so far. */
export interface PlannedStepState extends PlannedStep {
  readonly status: StepStatus | 'waiting';
  readonly artifact: string | null;
  readonly attempt: number;
  /** Tokens it reported to have processed. */
  readonly tokens: number | null;
  /** ISO 8601, UTC; of the last attempt. */
  readonly startedAt: string | null;
  readonly durationMs: number | null;
  readonly error: string | null;
}

/** Studies and the steps they need. */
export interface Studies {
  /** Inserts a study, or takes over its new text; creation time and status stay. */
  put(study: { id: string; spec: string; specDigest: string }): StudyRow;
  find(id: string): StudyRow | undefined;
  /** Oldest first. */
  list(): StudyRow[];
  setStatus(id: string, status: StudyStatus): void;
  /** Replaces the plan of a study; the order of the list is kept. */
  setPlan(id: string, plan: readonly PlannedStep[]): void;
  plan(id: string): PlannedStepState[];
  /** What `plan` adds up to, without reading it. */
  counts(id: string): StudyCounts;
}

/** States of a study. */
export const studyStatus = z.enum(['new', 'running', 'finished', 'failed', 'interrupted']);
const studyRow = z
  .object({
    id: z.string(),
    spec: z.string(),
    spec_digest: z.string(),
    created_at: z.string(),
    status: studyStatus,
  })
  .transform(({ spec_digest, created_at, ...row }): StudyRow => ({
    ...row,
    specDigest: spec_digest,
    createdAt: created_at,
  }));

const plannedRow = z
  .object({
    step_key: z.string(),
    arm: z.string(),
    name: z.string(),
    stage: z.string(),
    title: z.string(),
    cost_tokens: integerColumn,
    inputs: jsonColumn.pipe(z.array(z.string())),
    status: z.enum(['running', 'done', 'failed', 'interrupted', 'waiting']),
    artifact: z.string().nullable(),
    attempt: integerColumn,
    tokens: integerColumn.nullable(),
    started_at: z.string().nullable(),
    duration_ms: integerColumn.nullable(),
    error: z.string().nullable(),
  })
  .transform(({ step_key, cost_tokens, started_at, duration_ms, ...row }): PlannedStepState => ({
    ...row,
    stepKey: step_key,
    costTokens: cost_tokens,
    startedAt: started_at,
    durationMs: duration_ms,
  }));

/** The studies and study_steps tables. */
export function openStudies(database: Database, now: () => Date): Studies {
  const find = (id: string): StudyRow | undefined =>
    database.get(studyRow, 'SELECT * FROM studies WHERE id = ?', id);
  return {
    find,
    put: ({ id, spec, specDigest }) =>
      database.transaction(() => {
        database.run(
          `INSERT INTO studies (id, spec, spec_digest, created_at, status)
           VALUES (?, ?, ?, ?, 'new') ON CONFLICT (id) DO UPDATE SET
             spec = excluded.spec, spec_digest = excluded.spec_digest`,
          id,
          spec,
          specDigest,
          now().toISOString(),
        );
        return find(id)!;
      }),
    list: () => database.all(studyRow, 'SELECT * FROM studies ORDER BY created_at, id'),
    setStatus: (id, status) => {
      database.run('UPDATE studies SET status = ? WHERE id = ?', status, id);
    },
    setPlan: (id, plan) =>
      database.transaction(() => {
        database.run('DELETE FROM study_steps WHERE study = ?', id);
        for (const [ordinal, step] of plan.entries()) {
          database.run(
            `INSERT INTO study_steps (study, step_key, arm, ordinal, name, stage, title,
               cost_tokens, inputs) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
             ON CONFLICT (study, step_key, arm) DO NOTHING`,
            id,
            step.stepKey,
            step.arm,
            ordinal,
            step.name,
            step.stage,
            step.title,
            Math.round(step.costTokens),
            JSON.stringify(step.inputs),
          );
        }
      }),
    plan: (id) =>
      database.all(
        plannedRow,
        `SELECT p.step_key, p.arm, p.name, p.stage, p.title, p.cost_tokens,
           coalesce(p.inputs, '[]') AS inputs, coalesce(s.status, 'waiting') AS status, s.artifact,
           coalesce(s.attempt, 0) AS attempt, s.tokens, s.started_at, s.duration_ms, s.error
         FROM study_steps p LEFT JOIN steps s ON s.key = p.step_key
         WHERE p.study = ? ORDER BY p.ordinal`,
        id,
      ),
    counts: (id) => countStudy(database, id),
  };
}
