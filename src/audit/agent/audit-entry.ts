import { z } from 'zod';
import { auditScoreSchema } from './score-audit.ts';

/**
 * Which audit a record belongs to, and how it was scored last. Kept apart from the record, so that
 * nothing about the truth lies where auditors are described.
 */
export const auditEntrySchema = z.object({
  target: z.string(),
  role: z.enum(['planted', 'benign', 'unknown']),
  repetition: z.int(),
  judge: z.string(),
  score: auditScoreSchema,
});

export type AuditEntry = z.infer<typeof auditEntrySchema>;
