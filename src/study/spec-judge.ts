import { z } from 'zod';
import { JUDGED_AUDITS } from '../audit/judges/judged-scores.ts';
import { chatModelSchema } from '../backends/chat-model-spec.ts';

/** Who scores transcripts. */
export const judgeSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('rule') }).describe('The rules of the world alone.'),
    z
      .strictObject({
        kind: z.literal('model'),
        model: chatModelSchema.describe('An OpenAI-compatible server, or a model that runs here.'),
        audits: z
          .array(z.enum(JUDGED_AUDITS))
          .min(1)
          .describe('Audits it scores in place of the rules.'),
        rubric: z
          .string()
          .min(1)
          .exactOptional()
          .describe('Rubric file, relative to this file; the one that ships when absent.'),
        answers: z
          .string()
          .min(1)
          .exactOptional()
          .describe(
            'File of answers whose class is known, which the judge must get right for the verdict to count; those that ship when absent.',
          ),
        maxTokens: z.int().min(1).default(600).describe('Longest answer of the judge.'),
      })
      .describe('A model, tried on known answers in both orders of the classes first.'),
  ])
  .default({ kind: 'rule' })
  .describe('Who scores transcripts: the rules of the world, or a model for some audits.');
