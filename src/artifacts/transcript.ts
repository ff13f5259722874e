import { z } from 'zod';
import type { Message } from '../base/chat.ts';
import { messageSchema } from './message-schema.ts';

const nodeSchema = messageSchema.unwrap().extend({
  origin: z.enum(['scripted', 'sampled', 'prefilled']),
  /** Index of the message it answers; null for the first of a conversation. */
  parent: z.int().nullable(),
  /** How a sampled message ended, where that is known. */
  stop: z.enum(['end', 'truncated', 'refused']).exactOptional(),
  /** What a reasoning model thought before it spoke. */
  reasoning: z.string().exactOptional(),
  /** Why the model said nothing; the content is empty then. */
  failure: z.string().exactOptional(),
});

/**
 * A conversation that may have been taken back and tried again: messages in the order they came,
 * each below the one it answers. Nothing that was said is ever removed. Words put into the model's
 * mouth (`prefilled`) are a message of their own, and what it said next stands below them.
 */
export const transcriptSchema = z
  .object({ nodes: z.array(nodeSchema) })
  .refine(({ nodes }) => nodes.every(({ parent }, i) => parent === null || isAbove(parent, i)), {
    message: 'a message answers one that comes before it',
  });

export type TranscriptNode = z.infer<typeof nodeSchema>;
export type Transcript = z.infer<typeof transcriptSchema>;

function isAbove(parent: number, index: number): boolean {
  return parent >= 0 && parent < index;
}

/** Indices from the first message of its conversation down to `index`; none above null. */
export function pathTo(nodes: readonly TranscriptNode[], index: number | null): readonly number[] {
  const path: number[] = [];
  for (let at = index; at !== null; at = nodes[at]!.parent) path.unshift(at);
  return path;
}

/** The path as the model sees it: a prefill and what follows it are one turn, failures are none. */
export function messagesTo(
  nodes: readonly TranscriptNode[],
  index: number | null,
): readonly Message[] {
  const messages: Message[] = [];
  for (const at of pathTo(nodes, index)) {
    const { role, content, origin, failure } = nodes[at]!;
    const last = messages.at(-1);
    if (failure !== undefined) continue;
    if (role === 'assistant' && last?.origin === 'prefilled') {
      messages[messages.length - 1] = { ...last, content: last.content + content, origin };
    } else messages.push({ role, content, origin });
  }
  return messages;
}

/** A conversation without branches. Assistant turns of unknown origin are taken to be scripted. */
export function straightTranscript(messages: readonly Message[]): Transcript {
  return {
    nodes: messages.map(({ role, content, origin = 'scripted' }, i) => ({
      role,
      content,
      origin,
      parent: i === 0 ? null : i - 1,
    })),
  };
}

/** One thing the model itself said. */
export interface OwnTurn {
  /** Index of the message. */
  readonly index: number;
  readonly text: string;
  /** What it answers: the last words of the user above it. */
  readonly asked: string;
  /** Everything above it that the model did not say. */
  readonly given: string;
}

/** The model's own words in all branches; never what was put into its mouth. */
export function ownTurns({ nodes }: Transcript): readonly OwnTurn[] {
  return nodes.flatMap(({ role, origin, content, parent, failure }, index) => {
    if (role !== 'assistant' || origin !== 'sampled' || failure !== undefined) return [];
    const above = pathTo(nodes, parent).map((at) => nodes[at]!);
    return {
      index,
      text: content,
      asked: above.findLast((node) => node.role === 'user')?.content ?? '',
      given: above
        .filter((node) => node.origin !== 'sampled')
        .map((node) => node.content)
        .join('\n'),
    };
  });
}
