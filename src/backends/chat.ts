import type { Message } from '../base/chat.ts';
import type { Json } from '../base/json.ts';

/** One turn to be said. */
export interface ChatRequest {
  /** Ends with the message to be answered. */
  readonly messages: readonly Message[];
  /** First words of the answer, put into the model's mouth; the reply holds only what follows. */
  readonly prefill?: string;
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Decides the draw, where the model lets a seed decide it. */
  readonly seed?: string;
  /** Texts that end the answer; it does not hold them. */
  readonly stop?: readonly string[];
}

/** Prices in dollars per million tokens. */
export interface ChatPrice {
  readonly promptUsdPerMillion: number;
  readonly completionUsdPerMillion: number;
}

/** `estimated`: the server did not count, so lengths of the texts stand in. */
export interface ChatTokens {
  readonly prompt: number;
  readonly completion: number;
  readonly estimated?: true;
}

/** Words that came back. `refused` holds the words of a refusal the server itself marked as one. */
export interface ChatReply {
  readonly ok: true;
  readonly text: string;
  /** What a reasoning model thought first, where the server shows it. */
  readonly reasoning?: string;
  readonly stop: 'end' | 'truncated' | 'refused';
  readonly tokens: ChatTokens;
  /** Absent where no price is known. */
  readonly costUsd?: number;
}

/** Kinds of an answer that never came. */
export const CHAT_FAILURES = [
  'timeout',
  'rate-limited',
  'unreachable',
  'malformed',
  'refused',
  'empty',
  'rejected',
  'unsupported',
  'context-full',
  'budget',
] as const;

/**
 * No words came back: `rejected` is a request the server will never take, `refused` an answer
 * withheld without a word, `unsupported` a request this model has no means for. A failure is a
 * value, counted where its turn would have been.
 */
export interface ChatFailure {
  readonly ok: false;
  readonly failure: (typeof CHAT_FAILURES)[number];
  readonly detail: string;
  /** Spent on it all the same, as far as the server said. */
  readonly tokens?: ChatTokens;
  readonly costUsd?: number;
}

export type ChatResult = ChatReply | ChatFailure;

/** Anything that can hold up its end of a conversation: target, auditor or judge. */
export interface ChatModel {
  readonly name: string;
  /** Enters keys: whatever can change an answer, no transport settings, never a secret. */
  readonly identity: Json;
  /** Absent where it is not known. */
  readonly price?: ChatPrice;
  /** Whether `prefill` can be asked for. */
  readonly prefills: boolean;
  /** Never rejects on what a server does; an aborted `signal` rejects with its reason. */
  complete(request: ChatRequest, signal?: AbortSignal): Promise<ChatResult>;
}

/** Tokens of a result, all of them. */
export function tokensOf({ tokens }: ChatResult): number {
  return tokens === undefined ? 0 : tokens.prompt + tokens.completion;
}
