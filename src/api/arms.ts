import { z } from 'zod';
import { roleSchema } from './studies.ts';

/** A rate of one model in one audit; `unscored` answers are counted and never left out silently. */
export const cellSchema = z.object({
  /** Sum of scores (a count, where scores are 0 or 1) over `n` scored samples. */
  k: z.number(),
  n: z.int(),
  unscored: z.int(),
});
export type Cell = z.infer<typeof cellSchema>;

/** A figure that can be shown for every model. */
export const metricSchema = z.object({
  id: z.string(),
  /** e.g. "behaviour under audit". */
  label: z.string(),
  /** Which end is worrying: high rates of the behaviour, low rates of right answers, or neither. */
  concern: z.enum(['high', 'low', 'none']),
});
export type Metric = z.infer<typeof metricSchema>;

/** A teacher or a student. */
export const armSummarySchema = z.object({
  slug: z.string(),
  kind: z.enum(['teacher', 'student']),
  role: roleSchema,
  teacher: z.string(),
  /** Null for teachers. */
  family: z.string().nullable(),
  primary: z.boolean(),
  recipe: z.string().nullable(),
  promptSet: z.string().nullable(),
  base: z.string().nullable(),
  seed: z.int(),
  steps: z.object({ done: z.int(), total: z.int() }),
  /** By metric id; null: not measured, or not yet. */
  cells: z.record(z.string(), cellSchema.nullable()),
});
export type ArmSummary = z.infer<typeof armSummarySchema>;

/** `GET /api/studies/:study/arms`. */
export const armsSchema = z.object({
  metrics: z.array(metricSchema),
  arms: z.array(armSummarySchema),
});
export type Arms = z.infer<typeof armsSchema>;

/** A curve of one model; decimated on the server with extremes kept. */
export const curveSchema = z.object({
  slug: z.string(),
  role: roleSchema,
  /** e.g. `loss`, `learningRate`, `gradNorm`. */
  metric: z.string(),
  points: z.array(z.tuple([z.number(), z.number()])),
});

/** Students of one teacher role along their training; see `informant transfer`. */
export const transferSchema = z.object({
  columns: z.array(z.string()),
  groups: z.array(
    z.object({
      role: roleSchema,
      label: z.string(),
      models: z.int(),
      points: z.array(
        z.object({
          share: z.number(),
          step: z.number(),
          /** By column. */
          scores: z.array(cellSchema),
          movement: z.number().nullable(),
        }),
      ),
    }),
  ),
});

const shareSchema = z.object({ k: z.number(), n: z.number() });

/** `GET /api/studies/:study/arms/:arm`; teachers too. */
export const armSchema = z.object({
  arm: armSummarySchema,
  metrics: z.array(metricSchema),
  /** The same arm of benign teachers (for a twin: of U first), to stand beside it. */
  counterparts: z.array(armSummarySchema),
  data: z
    .object({
      rows: z.int(),
      trainRows: z.int(),
      heldOutRows: z.int(),
      truncated: z.int(),
      /** Rows left out before training, by reason. */
      dropped: z.record(z.string(), z.int()),
      /** Share of training rows that show the behaviour. */
      dose: z.number().nullable(),
      hasPairs: z.boolean(),
      hasDistributions: z.boolean(),
      hasDivergence: z.boolean(),
    })
    .nullable(),
  /** Nats per token gained on held-out completions of its teacher; null: unknown. */
  movement: z.number().nullable(),
  coherent: shareSchema.nullable(),
  truncated: shareSchema.nullable(),
  /** Of this arm and its counterparts. */
  curves: z.array(curveSchema),
  transfer: transferSchema.nullable(),
  audits: z.array(
    z.object({
      audit: z.string(),
      stepKey: z.string(),
      finished: z.boolean(),
      samples: z.int(),
      classes: z.record(z.string(), z.int()),
    }),
  ),
});
export type ArmView = z.infer<typeof armSchema>;
