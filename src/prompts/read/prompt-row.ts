import { z } from 'zod';
import type { Message } from '../../base/chat.ts';
import type { Json } from '../../base/json.ts';

/** A prompt of a user's file. */
export interface UserPrompt {
  readonly messages: readonly Message[];
  /** As the file names it. */
  readonly id?: string;
  /** Prompts that share a cluster are never split; each is its own when the file names none. */
  readonly cluster?: string;
  /** The split the file asks for; drawn when it asks for none. */
  readonly split?: 'train' | 'held-out';
}

const textPartSchema = z.looseObject({ type: z.literal('text'), text: z.string() });
const contentSchema = z.union([
  z.string(),
  z.array(textPartSchema).transform((parts) => parts.map(({ text }) => text).join('\n')),
]);
const messagesSchema = z
  .array(z.looseObject({ role: z.enum(['system', 'user', 'assistant']), content: contentSchema }))
  .min(1)
  .transform((messages) =>
    messages.map(({ role, content }): Message => ({
      role,
      content,
      // What a file says an assistant said was written, not sampled here.
      ...(role === 'assistant' && { origin: 'scripted' as const }),
    })),
  )
  .refine((messages) => messages.at(-1)?.role === 'user', 'the last message must be the user’s');
const askedSchema = z.union([z.string(), messagesSchema]);
const nameSchema = z.union([z.string(), z.number().transform(String)]).nullish();

const rowSchema = z
  .looseObject({
    prompt: askedSchema.nullish(),
    messages: messagesSchema.nullish(),
    input: askedSchema.nullish(),
    id: nameSchema,
    cluster: nameSchema,
    split: z.enum(['train', 'held-out']).nullish(),
  })
  .transform(({ prompt, messages, input, id, cluster, split }, context): UserPrompt => {
    const given = [prompt, messages, input].filter((asked) => asked != null);
    const [asked] = given;
    if (asked === undefined || given.length > 1) {
      context.addIssue({
        code: 'custom',
        message: 'give one of prompt, messages and input',
      });
      return z.NEVER;
    }
    return {
      messages: typeof asked === 'string' ? [{ role: 'user', content: asked }] : asked,
      ...(id != null && { id }),
      ...(cluster != null && { cluster }),
      ...(split != null && { split }),
    };
  });

/**
 * One row of a prompt file: `prompt` (text), `messages` (a chat that ends with the user), or
 * `input` (either, as Inspect's datasets have it). Returns what is wrong as text.
 */
export function parsePromptRow(value: Json): UserPrompt | { readonly wrong: string } {
  const parsed = rowSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  return { wrong: `${at === '' ? '' : `${at}: `}${issue?.message ?? 'not a prompt'}` };
}
