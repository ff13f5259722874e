import { z } from 'zod';
import { parseJson } from '../../base/json.ts';
import { costOf } from '../chat-budget.ts';
import type { ChatPrice, ChatRequest, ChatResult, ChatTokens } from '../chat.ts';
import { estimateTokens } from '../estimate-tokens.ts';

const text = z.string().nullish();

// Only what is read: servers add fields of their own, and leave out what others send.
const completionSchema = z.object({
  choices: z
    .array(
      z.object({
        message: z.object({
          content: text,
          refusal: text,
          reasoning: text,
          reasoning_content: text,
        }),
        finish_reason: text,
      }),
    )
    .min(1),
  usage: z
    .object({
      prompt_tokens: z.int().nonnegative(),
      completion_tokens: z.int().nonnegative().nullish(),
    })
    .nullish()
    .catch(undefined),
});

/** Reads a chat completion; anything that is none is `malformed`. */
export function readCompletion(
  body: string,
  request: ChatRequest,
  price: ChatPrice | undefined,
): ChatResult {
  const parsed = parseCompletion(body);
  if (parsed === undefined) {
    return { ok: false, failure: 'malformed', detail: 'the answer is not a chat completion' };
  }
  const { message, finish_reason: finish } = parsed.choices[0]!;
  const said = message.content ?? '';
  const refusal = message.refusal ?? '';
  const reasoning = message.reasoning ?? message.reasoning_content ?? '';
  const tokens = countTokens(parsed.usage, request, `${reasoning}${said}${refusal}`);
  const spent = {
    tokens,
    ...(price && { costUsd: costOf(price, tokens.prompt, tokens.completion) }),
  };
  if (refusal !== '') return { ok: true, text: refusal, stop: 'refused', ...spent };
  if (finish === 'content_filter') {
    return said.trim() === ''
      ? { ok: false, failure: 'refused', detail: 'the server withheld the answer', ...spent }
      : { ok: true, text: said, stop: 'refused', ...spent };
  }
  if (said.trim() === '') {
    const detail =
      finish === 'length'
        ? 'the token limit was reached before a word of the answer'
        : 'the answer has no words';
    return { ok: false, failure: 'empty', detail, ...spent };
  }
  return {
    ok: true,
    text: said,
    ...(reasoning === '' ? {} : { reasoning }),
    stop: finish === 'length' ? 'truncated' : 'end',
    ...spent,
  };
}

function parseCompletion(body: string): z.infer<typeof completionSchema> | undefined {
  try {
    return completionSchema.parse(parseJson(body));
  } catch {
    return undefined;
  }
}

function countTokens(
  usage: z.infer<typeof completionSchema>['usage'],
  { messages, prefill = '' }: ChatRequest,
  answer: string,
): ChatTokens {
  if (usage) return { prompt: usage.prompt_tokens, completion: usage.completion_tokens ?? 0 };
  return {
    prompt: estimateTokens([...messages.map(({ content }) => content), prefill].join('\n')),
    completion: estimateTokens(answer),
    estimated: true,
  };
}
