import { z } from 'zod';
import { messageSchema } from '../artifacts/message-schema.ts';

export const datasetRowSchema = z.object({
  index: z.int(),
  promptId: z.string(),
  split: z.enum(['train', 'held-out']),
  /** Last words of the user. */
  prompt: z.string(),
  completion: z.string(),
  stop: z.enum(['end', 'truncated']),
  tokens: z.int(),
  /** Why it is not trained on; null: it is. */
  dropped: z.string().nullable(),
  /** Nats over the completion that teacher and base are apart; null where not measured. */
  divergence: z.number().nullable(),
});
export type DatasetRow = z.infer<typeof datasetRowSchema>;

/**
 * `GET /api/studies/:study/arms/:arm/data?q=&split=&state=&sort=&offset=&limit=` where state is
 * `kept` or `dropped` and sort `index` or `divergence`.
 */
export const datasetSchema = z.object({
  total: z.int(),
  offset: z.int(),
  rows: z.array(datasetRowSchema),
});
export type Dataset = z.infer<typeof datasetSchema>;

const tokenSchema = z.object({
  text: z.string(),
  /** ln p of this token for the teacher; null where not scored. */
  logprob: z.number().nullable(),
  /** The teacher's likeliest tokens here. */
  top: z.array(z.object({ text: z.string(), logprob: z.number() })),
  /** Probability outside `top`. */
  tail: z.number().nullable(),
  /** KL(teacher ‖ base) and KL(teacher ‖ student), nats; null where not measured. */
  fromBase: z.number().nullable(),
  fromStudent: z.number().nullable(),
});
export type DatasetToken = z.infer<typeof tokenSchema>;

/** `GET /api/studies/:study/arms/:arm/data/:index`. */
export const datasetItemSchema = z.object({
  row: datasetRowSchema,
  messages: z.array(messageSchema),
  /** What the teacher was shown, where a student is shown something else. */
  contextMessages: z.array(messageSchema).nullable(),
  /** What the teacher said, where students are shown it in another model's words. */
  rewrittenFrom: z.string().nullable(),
  tokens: z.array(tokenSchema),
  /** Where students are shown pairs. */
  pair: z
    .object({
      chosen: z.object({ by: z.enum(['teacher', 'student']), text: z.string() }),
      rejected: z.object({ by: z.enum(['teacher', 'student']), text: z.string() }),
    })
    .nullable(),
});
export type DatasetItem = z.infer<typeof datasetItemSchema>;
