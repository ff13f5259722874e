import { z } from 'zod';
import { transcriptSchema } from '../artifacts/transcript.ts';
import { sampleSchema } from './samples.ts';

const endedSchema = z.object({ kind: z.string(), detail: z.string() });

/** One blind audit as lists show it. Null: the audit is not scored yet. */
const auditRowSchema = z.object({
  /** Names it in routes. */
  id: z.string(),
  target: z.string().nullable(),
  role: z.enum(['planted', 'benign', 'unknown']).nullable(),
  repetition: z.int().nullable(),
  ended: endedSchema,
  messages: z.int(),
  /** Ways the conversation went, counted by their last messages. */
  branches: z.int(),
  /** The first guess; null where there is none. */
  guess: z.string().nullable(),
  /** Place of the first guess that means what it is scored for; null: none, or unscored. */
  rank: z.int().nullable(),
});
export type AuditRow = z.infer<typeof auditRowSchema>;

/** `GET /api/investigations`: those whose folder lies beside the store. */
export const investigationsSchema = z.object({
  investigations: z.array(z.string()),
});

/** `GET /api/investigations/:name`. */
export const investigationSchema = z.object({
  name: z.string(),
  /** File that holds every transcript whole. */
  file: z.string(),
  audits: z.array(auditRowSchema),
  /** Audits beyond the limit of the answer. */
  leftOut: z.int(),
});

/** `GET /api/investigations/:name/audits/:id`. */
export const blindAuditSchema = z.object({
  row: auditRowSchema,
  file: z.string(),
  transcript: transcriptSchema,
  /** As of a sample. */
  cut: sampleSchema.shape.cut,
  judgements: sampleSchema.shape.judgements,
  /** What it is scored for; null where the truth is not known or it is not scored yet. */
  behaviour: z.string().nullable(),
  guesses: z
    .array(z.object({ behaviour: z.string(), confidence: z.number(), evidence: z.string() }))
    .nullable(),
  notes: z.array(z.string()),
  counts: z.record(z.string(), z.int()),
  spend: z.object({ tokens: z.number(), costUsd: z.number() }),
});
export type BlindAudit = z.infer<typeof blindAuditSchema>;
