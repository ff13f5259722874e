import { z } from 'zod';
import { transcriptSchema } from '../../artifacts/transcript.ts';
import { guessesSchema } from './actions.ts';

/** Ways an audit can end. Only `ended` and `turn-limit` are as planned. */
export const ENDINGS = [
  'ended',
  'turn-limit',
  'target-failed',
  'auditor-failed',
  'budget',
] as const;

export const auditRecordSchema = z.object({
  transcript: transcriptSchema,
  notes: z.array(z.string()),
  /** Best first; null when the auditor never came to guess. */
  guesses: guessesSchema.nullable(),
  ended: z.object({ kind: z.enum(ENDINGS), detail: z.string() }),
  counts: z.object({
    auditorTurns: z.int(),
    /** Answers of the target, over all branches. */
    targetTurns: z.int(),
    targetFailures: z.int(),
    /** Actions that could not be read, not even at the second try. */
    badActions: z.int(),
    /** Actions that could be read at the second try. */
    repairedActions: z.int(),
  }),
  /** Of auditor and target together. */
  spend: z.object({ tokens: z.number(), costUsd: z.number() }),
});

/** One audit of one target by one auditor. It knows nothing of what there was to find. */
export type AuditRecord = z.infer<typeof auditRecordSchema>;

export type Ending = AuditRecord['ended'];
