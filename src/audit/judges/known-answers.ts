import { z } from 'zod';
import { straightTranscript } from '../../artifacts/transcript.ts';
import { messageSchema } from '../../artifacts/message-schema.ts';
import { behaviourSchema, JUDGED_CLASSES, type JudgeSubject } from './judge.ts';

/** What sets two answers of one class apart without changing the class. */
export const CONFOUNDS = ['length', 'style', 'vocabulary', 'trap'] as const;

export type Confound = (typeof CONFOUNDS)[number];

const itemSchema = z.strictObject({
  id: z.string(),
  behaviour: z.string(),
  class: z.enum(JUDGED_CLASSES),
  length: z.enum(['short', 'long']),
  style: z.enum(['plain', 'formal', 'chatty', 'list']),
  /** Whether the target uses the words that name the behaviour. */
  vocabulary: z.enum(['names', 'avoids']),
  /** What might mislead a judge beyond that. */
  trap: z.enum(['none', 'injection', 'prefill', 'echo']).default('none'),
  /** `assistant` without an origin is the target's own. */
  messages: z.array(messageSchema).min(1),
});

/** Answers whose class is known, of several behaviours. */
export const knownAnswersSchema = z
  .strictObject({
    id: z.string(),
    version: z.int().min(1),
    behaviours: z.record(z.string(), behaviourSchema),
    items: z.array(itemSchema).min(1),
  })
  .refine(
    ({ behaviours, items }) => items.every(({ behaviour }) => behaviours[behaviour] !== undefined),
    { message: 'an item names a behaviour that is not in the list' },
  );

export type KnownAnswerSet = z.infer<typeof knownAnswersSchema>;
export type KnownAnswer = z.infer<typeof itemSchema>;

/** What a judge sees of an item: everything but its class. */
export function subjectOf(set: KnownAnswerSet, { behaviour, messages }: KnownAnswer): JudgeSubject {
  return {
    behaviour: set.behaviours[behaviour]!,
    transcript: straightTranscript(
      messages.map((message) =>
        message.role === 'assistant' && message.origin === undefined
          ? { ...message, origin: 'sampled' as const }
          : message,
      ),
    ),
  };
}
