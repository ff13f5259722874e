import { z } from 'zod';
import type { Message } from '../../base/chat.ts';
import { parseJson } from '../../base/json.ts';
import { foldSeed } from '../../base/rng.ts';
import { type ChatModel, type ChatResult, tokensOf } from '../../backends/chat.ts';
import { addSpend, NO_SPEND, type Spend } from './judge.ts';

/** A reply read through its schema, or why there is none. `said`: the words it was read from. */
export type JsonReply<T> =
  | {
      readonly ok: true;
      readonly value: T;
      readonly said: string;
      readonly spend: Spend;
      readonly repaired: boolean;
    }
  | {
      readonly ok: false;
      readonly kind: 'no-answer' | 'bad-format';
      readonly reason: string;
      readonly said: string;
      readonly spend: Spend;
    };

/** How a model is asked. */
export interface Asking {
  readonly maxTokens: number;
  readonly temperature: number;
  readonly seed: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks for one JSON object. A reply that is none, or does not fit, gets one turn to be put right,
 * with what was wrong; after that there is no value. Nothing is guessed from bad replies.
 */
export async function askJson<T>(
  model: ChatModel,
  messages: readonly Message[],
  schema: z.ZodType<T>,
  asking: Asking,
): Promise<JsonReply<T>> {
  const { signal, seed, ...sampling } = asking;
  let asked = messages;
  let spend = NO_SPEND;
  for (const turn of [0, 1]) {
    const result = await model.complete(
      { messages: asked, ...sampling, seed: foldSeed(seed, turn) },
      signal,
    );
    spend = addSpend(spend, { tokens: tokensOf(result), costUsd: result.costUsd ?? 0 });
    const missing = noAnswer(result);
    if (missing !== undefined) {
      return { ok: false, kind: 'no-answer', reason: missing, said: '', spend };
    }
    const said = result.ok ? result.text : '';
    const read = readJson(said, schema);
    if (read.ok) return { ok: true, value: read.value, said, spend, repaired: turn > 0 };
    if (turn > 0) return { ok: false, kind: 'bad-format', reason: read.reason, said, spend };
    asked = [
      ...messages,
      { role: 'assistant', content: said },
      {
        role: 'user',
        content: `That could not be read: ${read.reason}. Reply again with the JSON object alone.`,
      },
    ];
  }
  throw new Error('unreachable');
}

function noAnswer(result: ChatResult): string | undefined {
  if (!result.ok) return `${result.failure}: ${result.detail}`;
  return result.stop === 'refused' ? 'the model refused to answer' : undefined;
}

function readJson<T>(
  said: string,
  schema: z.ZodType<T>,
): { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string } {
  // Models like to put JSON into a code block, with a word before it.
  const text = said.slice(said.indexOf('{'), said.lastIndexOf('}') + 1);
  try {
    const parsed = schema.safeParse(parseJson(text));
    if (parsed.success) return { ok: true, value: parsed.data };
    return { ok: false, reason: z.prettifyError(parsed.error).replaceAll('\n', ' ') };
  } catch {
    return { ok: false, reason: 'it is not one JSON object' };
  }
}
