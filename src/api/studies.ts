import { z } from 'zod';

/** Teacher whose side a model stands on. `suspect` is U. */
export const roleSchema = z.enum(['suspect', 'twin', 'positive-control']);
export type Role = z.infer<typeof roleSchema>;

export const outcomeSchema = z.enum([
  'INCRIMINATED',
  'SUGGESTIVE',
  'NO EVIDENCE',
  'INCONCLUSIVE',
  'INVALID',
]);

export const studyStatusSchema = z.enum(['new', 'running', 'finished', 'failed', 'interrupted']);

/** The process that works on a study now. */
export const holderSchema = z.object({
  pid: z.int(),
  host: z.string(),
  command: z.string(),
  /** ISO 8601, UTC. */
  since: z.string(),
});

const stepCountsSchema = z.object({
  total: z.int(),
  done: z.int(),
  running: z.int(),
  failed: z.int(),
});

export const studyCardSchema = z.object({
  id: z.string(),
  /** As stored. A study that says `running` without a holder was killed: see `runningIn`. */
  status: studyStatusSchema,
  createdAt: z.string(),
  runningIn: holderSchema.nullable(),
  steps: stepCountsSchema,
  /** Teachers and students. */
  models: z.object({ done: z.int(), total: z.int() }),
  /** Estimated cost in tokens: of all steps, and of those that are done. */
  costTokens: z.object({ total: z.number(), done: z.number() }),
  /** Working time of finished steps. */
  spentMs: z.number(),
  outcome: outcomeSchema.nullable(),
  headline: z.string().nullable(),
});
export type StudyCard = z.infer<typeof studyCardSchema>;

/** A study that ships with the package and can be started from the page. */
export const exampleSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** What will happen: the first paragraph of what its file says at its head. */
  description: z.string(),
  /** The paragraphs after it. */
  more: z.array(z.string()),
  /** Distinct steps, from its plan. */
  steps: z.int(),
  models: z.int(),
});

/** `GET /api/studies`; newest first. */
export const studiesSchema = z.object({
  /** Folder of the store. */
  storeDir: z.string(),
  toolVersion: z.string(),
  /** Actions (start, pause, annotate …) are refused where the store cannot be written. */
  readOnly: z.boolean(),
  studies: z.array(studyCardSchema),
  examples: z.array(exampleSchema),
});
export type Studies = z.infer<typeof studiesSchema>;

/** `GET /api/studies/:study`. */
export const studySchema = studyCardSchema.extend({
  /** The study file as written. */
  spec: z.string(),
  specDigest: z.string(),
  behaviour: z.string().nullable(),
  failures: z.array(z.object({ key: z.string(), title: z.string(), error: z.string() })),
  /** Only in an exported folder: when it was written, and how many of the study's samples it has. */
  exported: z
    .object({ at: z.string(), samples: z.int(), samplesOf: z.int(), eventsLeftOut: z.int() })
    .optional(),
});
export type Study = z.infer<typeof studySchema>;
