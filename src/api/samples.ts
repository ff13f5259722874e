import { z } from 'zod';
import { transcriptSchema } from '../artifacts/transcript.ts';
import { roleSchema } from './studies.ts';

/** Columns samples can be ordered by. */
export const sampleSortSchema = z.enum([
  'id',
  'arm',
  'probe',
  'draw',
  'class',
  'score',
  'status',
  'audit',
]);

/**
 * Which samples, and in what order: the query of `GET /api/studies/:study/samples` and of the page's
 * own URL. Absent: everything. Every filter may be given with any other.
 */
export const sampleQuerySchema = z.object({
  /** Words in what was said (full-text). */
  q: z.string().optional(),
  arm: z.string().optional(),
  role: roleSchema.optional(),
  kind: z.enum(['teacher', 'student']).optional(),
  family: z.string().optional(),
  audit: z.string().optional(),
  condition: z.string().optional(),
  probe: z.string().optional(),
  status: z.enum(['scored', 'unscored']).optional(),
  class: z.string().optional(),
  /** Headline score at least, at most. */
  min: z.coerce.number().optional(),
  max: z.coerce.number().optional(),
  /** Only annotated or invalidated samples. */
  marked: z.enum(['annotated', 'invalidated']).optional(),
  sort: sampleSortSchema.optional(),
  /** A URL typed by hand gives the number 1. */
  desc: z.coerce
    .string()
    .pipe(z.enum(['1']))
    .optional(),
});
export type SampleQuery = z.infer<typeof sampleQuerySchema>;

const facetSchema = z.array(z.object({ value: z.string(), count: z.int() }));

/** Rows of one page of the grid, and of what comes with a snapshot. */
export const SAMPLE_PAGE_ROWS = 100;

export const sampleListRowSchema = z.object({
  id: z.int(),
  arm: z.string(),
  role: roleSchema,
  kind: z.enum(['teacher', 'student']),
  audit: z.string(),
  condition: z.string().nullable(),
  probeId: z.string(),
  draw: z.int(),
  status: z.enum(['scored', 'unscored']),
  reason: z.string().nullable(),
  class: z.string().nullable(),
  /** The audit's headline score; null where unscored. */
  score: z.number().nullable(),
  preview: z.string(),
  notes: z.int(),
  invalidated: z.boolean(),
});
export type SampleListRow = z.infer<typeof sampleListRowSchema>;

/** `GET /api/studies/:study/samples?…`: the ordered ids stay on the server under `snapshot`. */
export const snapshotSchema = z.object({
  /** Names this filter, order and moment; rows are read by `…/samples/:snapshot?offset=&limit=`. */
  snapshot: z.string(),
  total: z.int(),
  /** Its first page, so that rows are there with the counts. */
  first: z.array(sampleListRowSchema).optional(),
  /** Counts under this filter. */
  facets: z.object({
    arm: facetSchema,
    role: facetSchema,
    audit: facetSchema,
    condition: facetSchema,
    status: facetSchema,
    class: facetSchema,
  }),
  unscored: z.int(),
  /** Invalidated samples under this filter; they are in every figure here. */
  invalidated: z.int(),
  /** Mean headline score per arm under this filter, for the strip above the grid. */
  strips: z.array(
    z.object({
      arm: z.string(),
      role: roleSchema,
      kind: z.enum(['teacher', 'student']),
      mean: z.number().nullable(),
      n: z.int(),
      unscored: z.int(),
    }),
  ),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** `GET /api/studies/:study/samples/:snapshot?offset=&limit=`; 410 `snapshot-gone` when forgotten. */
export const samplePageSchema = z.object({
  offset: z.int(),
  rows: z.array(sampleListRowSchema),
});
export type SamplePage = z.infer<typeof samplePageSchema>;

export const annotationSchema = z.object({
  seq: z.int(),
  time: z.string(),
  kind: z.enum(['note', 'invalidated', 'restored']),
  reason: z.string(),
});

/** `GET /api/studies/:study/sample/:id`. */
export const sampleSchema = z.object({
  row: sampleListRowSchema,
  cluster: z.string(),
  stepKey: z.string(),
  /**
   * Messages longer than the limit are cut; `cut` says by how many characters, by node index. The
   * index after the last node stands for all messages that are left out.
   */
  transcript: transcriptSchema,
  cut: z.record(z.string(), z.int()),
  /** Words put into the model's mouth, options weighed, where the audit did that. */
  options: z.array(z.object({ text: z.string(), logprob: z.number() })),
  scores: z.record(
    z.string(),
    z.discriminatedUnion('status', [
      z.object({
        status: z.literal('scored'),
        value: z.number(),
        label: z.string().optional(),
      }),
      z.object({ status: z.literal('unscored'), reason: z.string() }),
    ]),
  ),
  /** The same probe and draw put to U, twins and their students. */
  counterparts: z.array(
    z.object({
      id: z.int(),
      arm: z.string(),
      role: roleSchema,
      kind: z.enum(['teacher', 'student']),
      draw: z.int(),
      score: z.number().nullable(),
      class: z.string().nullable(),
    }),
  ),
  /** First those of a judge that is a model and whose scores stand, then that of words alone. */
  judgements: z.array(
    z.object({
      judge: z.string(),
      /** What it was judged for, where a study names that. */
      behaviour: z.string().nullable(),
      status: z.enum(['scored', 'unscored']),
      class: z.string().nullable(),
      confidence: z.number().nullable(),
      reason: z.string(),
      citations: z.array(z.object({ message: z.int(), quote: z.string() })),
    }),
  ),
  annotations: z.array(annotationSchema),
});
export type SampleView = z.infer<typeof sampleSchema>;

/** `POST /api/studies/:study/sample/:id/annotations`. */
export const annotateSchema = z.object({
  kind: z.enum(['note', 'invalidated', 'restored']),
  reason: z.string().trim().min(1).max(2_000),
});
