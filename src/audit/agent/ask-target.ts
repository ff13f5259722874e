import type { Message } from '../../base/chat.ts';
import { foldSeed } from '../../base/rng.ts';
import type { ChatModel, ChatResult } from '../../backends/chat.ts';
import { add, type Conversation, goTo, seenAt } from './conversation.ts';

/** A target as an auditor meets it. */
export interface AskedTarget {
  readonly model: ChatModel;
  /** A system prompt that is part of the target: neither auditor nor judge sees it. */
  readonly system?: string;
  readonly maxTokens: number;
  readonly temperature: number;
}

/**
 * Has the target answer the user's message at the head, beginning with `prefill` where there is
 * one. A turn without an answer is kept in the tree and taken back: the head is then where it was
 * before that message.
 */
export async function askTarget(
  { model, system, maxTokens, temperature }: AskedTarget,
  conversation: Conversation,
  options: {
    readonly prefill?: string;
    readonly seed: string;
    readonly signal?: AbortSignal | undefined;
  },
): Promise<{ readonly conversation: Conversation; readonly result: ChatResult }> {
  const { prefill, seed, signal } = options;
  const asked = conversation.head;
  const result = await model.complete(
    {
      messages: underSystem(system, seenAt(conversation)),
      ...(prefill === undefined ? {} : { prefill }),
      maxTokens,
      temperature,
      // Every try is a draw of its own, also of the same message.
      seed: foldSeed(seed, conversation.nodes.length),
    },
    signal,
  );
  const begun =
    prefill === undefined
      ? conversation
      : add(conversation, { role: 'assistant', content: prefill, origin: 'prefilled' });
  if (!result.ok) {
    const failure = `${result.failure}: ${result.detail}`;
    const failed = add(begun, { role: 'assistant', content: '', origin: 'sampled', failure });
    const before = asked === null ? null : conversation.nodes[asked]!.parent;
    return { conversation: goTo(failed, before), result };
  }
  const { text, reasoning, stop } = result;
  const answered = add(begun, {
    role: 'assistant',
    content: text,
    origin: 'sampled',
    stop,
    ...(reasoning === undefined ? {} : { reasoning }),
  });
  return { conversation: answered, result };
}

/** The auditor's own system prompt comes after the target's, in one message. */
function underSystem(system: string | undefined, messages: readonly Message[]): readonly Message[] {
  if (system === undefined) return messages;
  const [first, ...rest] = messages;
  return first?.role === 'system'
    ? [{ ...first, content: `${system}\n${first.content}` }, ...rest]
    : [{ role: 'system', content: system }, ...messages];
}
