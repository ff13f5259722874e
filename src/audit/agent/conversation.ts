import {
  messagesTo,
  pathTo,
  type Transcript,
  type TranscriptNode,
} from '../../artifacts/transcript.ts';
import type { Message } from '../../base/chat.ts';

/** A tree of messages and the place where the next one goes; null before the first. */
export interface Conversation extends Transcript {
  readonly head: number | null;
}

export const NO_CONVERSATION: Conversation = { nodes: [], head: null };

/** Puts a message below the head, or below `parent`, and goes there. */
export function add(
  { nodes, head }: Conversation,
  node: Omit<TranscriptNode, 'parent'>,
  parent: number | null = head,
): Conversation {
  return { nodes: [...nodes, { ...node, parent }], head: nodes.length };
}

/** Goes somewhere else in the tree; nothing is removed. */
export function goTo(conversation: Conversation, head: number | null): Conversation {
  return { ...conversation, head };
}

/** What the target sees when it is asked at `head`. */
export function seenAt({ nodes, head }: Conversation): readonly Message[] {
  return messagesTo(nodes, head);
}

/** Messages of the user on the way to the head, first to last. */
export function userTurns({ nodes, head }: Conversation): readonly number[] {
  return pathTo(nodes, head).filter((at) => nodes[at]!.role === 'user');
}

/** Takes back the last `turns` messages of the user; undefined when there are fewer. */
export function rollBack(conversation: Conversation, turns: number): Conversation | undefined {
  const first = userTurns(conversation).at(-turns);
  return first === undefined ? undefined : goTo(conversation, conversation.nodes[first]!.parent);
}
