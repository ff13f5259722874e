import { setTimeout as sleep } from 'node:timers/promises';
import { userError } from '../../base/errors.ts';
import type { Json, JsonObject } from '../../base/json.ts';
import { foldSeed } from '../../base/rng.ts';
import { createSlots } from '../../base/slots.ts';
import { clip, oneLine } from '../../base/visible-text.ts';
import type { ChatFailure, ChatModel, ChatPrice, ChatRequest, ChatResult } from '../chat.ts';
import { type PostOutcome, postJson } from './post-json.ts';
import { readCompletion } from './read-completion.ts';
import { retryDelayMs } from './retry-delay.ts';

/** Characters of a server's error message that are kept. */
const MAX_DETAIL_CHARS = 300;

/**
 * How a server lets an answer be begun: vLLM's `continue_final_message`, llama.cpp's trailing
 * assistant message, or not at all.
 */
export type PrefillDialect = 'vllm' | 'trailing' | 'none';

export interface OpenAiOptions {
  /** Up to and including `/v1`. */
  readonly baseUrl: string;
  readonly model: string;
  /** From the environment; sent in one header, kept nowhere else. */
  readonly apiKey?: string;
  /**
   * Further fields of every request, e.g. `{top_k: -1, repetition_penalty: 1}` for servers with
   * defaults of their own; null leaves out a field that is sent otherwise.
   */
  readonly parameters?: JsonObject;
  readonly prefill: PrefillDialect;
  readonly price?: ChatPrice;
  /** Of one attempt, the whole answer included. */
  readonly timeoutMs: number;
  /** Further attempts after the first; 0 is obeyed. */
  readonly retries: number;
  /** Requests under way at once. */
  readonly concurrency: number;
  /** Longest wait before another attempt, whatever the server asks for. */
  readonly longestWaitMs: number;
  /** Waits; tests do not. */
  readonly wait?: (milliseconds: number, signal: AbortSignal | undefined) => Promise<void>;
}

/**
 * Any server that speaks OpenAI's chat completions. Time-outs, lost connections, 408, 409, 425,
 * 429, 5xx and answers that are no chat completions are tried again; other 4xx are `rejected`.
 * A request keeps its slot while it waits, so an endpoint that is overrun is asked less.
 */
export function createOpenAiChat(options: OpenAiOptions): ChatModel {
  const { model, parameters = {}, prefill } = options;
  const url = completionsUrl(options.baseUrl);
  const slots = createSlots(options.concurrency);
  return {
    name: model,
    identity: { kind: 'openai', url, model, parameters, prefill },
    ...(options.price && { price: options.price }),
    prefills: prefill !== 'none',
    complete: (request, signal) => {
      if (request.prefill !== undefined && prefill === 'none') {
        const detail = `${model} is asked through an interface without prefill`;
        return Promise.resolve({ ok: false, failure: 'unsupported', detail });
      }
      return slots(() => attempts(url, options, request, signal));
    },
  };
}

async function attempts(
  url: string,
  options: OpenAiOptions,
  request: ChatRequest,
  signal: AbortSignal | undefined,
): Promise<ChatResult> {
  const { apiKey, timeoutMs, retries, longestWaitMs, wait = waitFor } = options;
  const headers = apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` };
  const body = JSON.stringify(requestBody(options, request));
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const outcome = await postJson(url, body, { headers, timeoutMs, signal });
    const { result, again } = judgeOutcome(outcome, options, request);
    if (!again || attempt > retries) return result;
    const delayMs = retryDelayMs({
      attempt,
      retryAfter: outcome.kind === 'response' ? outcome.headers.get('retry-after') : null,
      nowMs: Date.now(),
      jitter: Math.random(),
      longestMs: longestWaitMs,
    });
    if (delayMs === undefined) return result;
    await wait(delayMs, signal);
  }
}

function judgeOutcome(
  outcome: PostOutcome,
  options: OpenAiOptions,
  request: ChatRequest,
): { readonly result: ChatResult; readonly again: boolean } {
  const failed = (failure: ChatFailure['failure'], detail: string, again: boolean) => ({
    result: { ok: false as const, failure, detail },
    again,
  });
  switch (outcome.kind) {
    case 'timeout':
      return failed('timeout', `no whole answer within ${options.timeoutMs / 1000} s`, true);
    case 'unreachable':
      return failed('unreachable', oneLine(withoutKey(outcome.detail, options.apiKey)), true);
    case 'too-long':
      return failed('malformed', 'the answer is longer than any chat completion', false);
    case 'response': {
      const { status, body } = outcome;
      if (status >= 200 && status < 300) {
        const result = readCompletion(body, request, options.price);
        return { result, again: !result.ok && result.failure === 'malformed' };
      }
      const said = clip(oneLine(withoutKey(body, options.apiKey)), MAX_DETAIL_CHARS);
      const detail = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
      if (status === 429) return failed('rate-limited', detail, true);
      const again = status >= 500 || [408, 409, 425].includes(status);
      return failed(again ? 'unreachable' : 'rejected', detail, again);
    }
  }
}

/** Some servers quote the key they refuse. */
function withoutKey(text: string, apiKey: string | undefined): string {
  return apiKey === undefined || apiKey === '' ? text : text.replaceAll(apiKey, '[key]');
}

function requestBody(options: OpenAiOptions, request: ChatRequest): JsonObject {
  const { messages, prefill, maxTokens, temperature, seed, stop } = request;
  const said = messages.map(({ role, content }) => ({ role, content }));
  const begun = prefill === undefined ? said : [...said, { role: 'assistant', content: prefill }];
  const body: Record<string, Json> = {
    model: options.model,
    messages: begun,
    max_tokens: maxTokens,
    temperature,
    // Servers apply a model's own sampling defaults unless told otherwise.
    top_p: 1,
    presence_penalty: 0,
    frequency_penalty: 0,
    ...(seed === undefined ? {} : { seed: wholeSeed(seed) }),
    ...(stop === undefined ? {} : { stop: [...stop] }),
    ...(prefill !== undefined && options.prefill === 'vllm'
      ? { continue_final_message: true, add_generation_prompt: false }
      : {}),
    ...options.parameters,
  };
  return Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null));
}

/** Servers take whole numbers; 31 bits fit all of them. */
function wholeSeed(seed: string): number {
  return parseInt(foldSeed(seed).slice(0, 8), 16) >>> 1;
}

function completionsUrl(baseUrl: string): string {
  const url = URL.canParse(baseUrl) ? new URL(baseUrl) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol)) {
    throw userError(
      'bad-base-url',
      `${JSON.stringify(baseUrl)} is not the address of a server`,
      'Give an http or https address that ends in /v1.',
    );
  }
  if (url.username !== '' || url.password !== '' || url.search !== '') {
    throw userError(
      'secret-in-url',
      'a base URL must not carry a user, a password or a query: it is written into keys and logs',
      'Put the key into an environment variable and name that as apiKeyEnv.',
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/u, '')}/chat/completions`;
}

async function waitFor(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  await sleep(milliseconds, undefined, signal === undefined ? {} : { signal });
}
