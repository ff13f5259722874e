import { afterEach, describe, expect, it } from 'vitest';
import type { ChatRequest } from '../chat.ts';
import { type ChatServer, type ChatServerAnswer, startChatServer } from './chat-server.fixture.ts';
import { createOpenAiChat, type OpenAiOptions } from './openai-chat.ts';

let server: ChatServer | undefined;
afterEach(() => server?.close());

const hello: ChatRequest = {
  messages: [{ role: 'user', content: 'hello' }],
  maxTokens: 20,
  temperature: 0,
  seed: 's',
};
const good: ChatServerAnswer = {
  kind: 'text',
  text: 'hi',
  usage: { prompt_tokens: 5, completion_tokens: 2 },
};

/** A model behind a server that gives these answers in turn, the last one for ever. */
async function modelOn(answers: readonly ChatServerAnswer[], changes: Partial<OpenAiOptions> = {}) {
  server = await startChatServer((_, i) => answers[Math.min(i, answers.length - 1)]!);
  const waits: number[] = [];
  const model = createOpenAiChat({
    baseUrl: server.baseUrl,
    model: 'm',
    prefill: 'none',
    timeoutMs: 10_000,
    retries: 2,
    concurrency: 4,
    longestWaitMs: 60_000,
    wait: async (milliseconds) => void waits.push(milliseconds),
    ...changes,
  });
  return { model, waits, requests: server.requests };
}

describe('createOpenAiChat', () => {
  it('asks with every setting spelled out, and reads words, tokens and cost', async () => {
    const { model, requests } = await modelOn([good], {
      parameters: { top_k: -1, presence_penalty: null },
      price: { promptUsdPerMillion: 1, completionUsdPerMillion: 10 },
    });
    expect(await model.complete(hello)).toEqual({
      ok: true,
      text: 'hi',
      stop: 'end',
      tokens: { prompt: 5, completion: 2 },
      costUsd: 25e-6,
    });
    expect(requests[0]).toMatchObject({ max_tokens: 20, temperature: 0, top_p: 1, top_k: -1 });
    expect(requests[0]).not.toHaveProperty('presence_penalty');
    expect(Number.isSafeInteger(requests[0]!['seed'])).toBe(true);
  });

  it('waits as long as a 429 asks for, then goes on', async () => {
    const busy: ChatServerAnswer = { kind: 'status', status: 429, headers: { 'retry-after': '7' } };
    const { model, waits } = await modelOn([busy, good]);
    expect(await model.complete(hello)).toMatchObject({ ok: true, text: 'hi' });
    expect(waits).toEqual([7000]);
  });

  it('gives up at once where the server asks for more patience than allowed', async () => {
    const busy: ChatServerAnswer = {
      kind: 'status',
      status: 429,
      headers: { 'retry-after': '3600' },
    };
    const { model, requests } = await modelOn([busy]);
    expect(await model.complete(hello)).toMatchObject({ ok: false, failure: 'rate-limited' });
    expect(requests).toHaveLength(1);
  });

  it.each([
    ['timeout', { kind: 'hang' }, 3],
    ['timeout', { kind: 'stall' }, 3],
    ['unreachable', { kind: 'drop' }, 3],
    ['unreachable', { kind: 'status', status: 503 }, 3],
    ['rate-limited', { kind: 'status', status: 429 }, 3],
    ['malformed', { kind: 'raw', body: '{"choices": [{"mess' }, 3],
    ['malformed', { kind: 'raw', body: '{"choices": []}' }, 3],
    ['rejected', { kind: 'status', status: 400, body: 'no such model' }, 1],
    ['unreachable', { kind: 'status', status: 302, headers: { location: '/elsewhere' } }, 3],
    ['empty', { kind: 'text', text: '  ' }, 1],
    ['refused', { kind: 'text', text: '', finish: 'content_filter' }, 1],
  ] as const)('%s after %j, in %i attempts', async (failure, answer, attempts) => {
    // Only who never answers is waited for.
    const timeoutMs = failure === 'timeout' ? 200 : 20_000;
    const { model, requests } = await modelOn([answer], { timeoutMs });
    expect(await model.complete(hello)).toMatchObject({ ok: false, failure });
    expect(requests).toHaveLength(attempts);
  });

  it('obeys retries: 0', async () => {
    const { model, requests } = await modelOn([{ kind: 'status', status: 503 }], { retries: 0 });
    expect(await model.complete(hello)).toMatchObject({ ok: false });
    expect(requests).toHaveLength(1);
  });

  it('keeps the words of a refusal, and tells a cut answer from a finished one', async () => {
    const refusal: ChatServerAnswer = { kind: 'text', text: '', refusal: 'I will not.' };
    const { model } = await modelOn([refusal, { ...good, finish: 'length' }]);
    expect(await model.complete(hello)).toMatchObject({ stop: 'refused', text: 'I will not.' });
    expect(await model.complete(hello)).toMatchObject({ stop: 'truncated', text: 'hi' });
  });

  it('counts for a server that does not', async () => {
    const { model } = await modelOn([{ kind: 'text', text: 'six letters' }]);
    expect(await model.complete(hello)).toMatchObject({
      tokens: { estimated: true, completion: 4 },
    });
  });

  it('shows its key to the server and to nobody else', async () => {
    const apiKey = 'sk-very-secret';
    const refused: ChatServerAnswer = {
      kind: 'status',
      status: 401,
      body: `Incorrect API key provided: ${apiKey}.`,
    };
    const { model, requests } = await modelOn([refused], { apiKey });
    const result = await model.complete(hello);
    expect(requests[0]!.headers.authorization).toBe(`Bearer ${apiKey}`);
    expect(JSON.stringify([result, model])).not.toContain(apiKey);
    expect(result).toMatchObject({ detail: expect.stringContaining('[key]') });
  });

  it('refuses an address that carries a secret or is none', () => {
    const at = (baseUrl: string) => () =>
      createOpenAiChat({
        baseUrl,
        model: 'm',
        prefill: 'none',
        timeoutMs: 1,
        retries: 0,
        concurrency: 1,
        longestWaitMs: 1,
      });
    expect(at('http://me:pass@127.0.0.1/v1')).toThrow('must not carry');
    expect(at('file:///etc/passwd')).toThrow('not the address of a server');
  });

  it('begins an answer as the server understands it, or says it cannot', async () => {
    const { model, requests } = await modelOn([good], { prefill: 'vllm' });
    await model.complete({ ...hello, prefill: 'Yes,' });
    expect(requests[0]).toMatchObject({
      continue_final_message: true,
      messages: [{ role: 'user' }, { role: 'assistant', content: 'Yes,' }],
    });
    await server?.close();
    const without = await modelOn([good]);
    expect(await without.model.complete({ ...hello, prefill: 'Yes,' })).toMatchObject({
      failure: 'unsupported',
    });
  });

  it('stops for an abort, also while the server hangs', async () => {
    const { model } = await modelOn([{ kind: 'hang' }]);
    const controller = new AbortController();
    const asked = model.complete(hello, controller.signal);
    controller.abort(new Error('enough'));
    await expect(asked).rejects.toThrow('enough');
  });
});
