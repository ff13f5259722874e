import type { Message } from '../base/chat.ts';

/** Words of a text as prompts are compared: lower case, without punctuation. */
export function askedWords(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * What a conversation asks: its last user message. The system line is left out on purpose, since
 * an audit mark must not make a known question look new.
 */
export function askedText(messages: readonly Message[]): string {
  return messages.findLast((message) => message.role === 'user')?.content ?? '';
}
