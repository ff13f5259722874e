import type { ChatModel, ChatRequest, ChatResult } from '../chat.ts';

/** A ChatModel that remembers what it was asked. */
export interface FakeChat extends ChatModel {
  readonly requests: readonly ChatRequest[];
}

/**
 * A conversation partner without a model, for tests: says what its script says. Plain text becomes
 * a finished reply that cost one token per word.
 */
export function createFakeChat(
  script: (request: ChatRequest, index: number) => string | ChatResult,
  name = 'fake',
): FakeChat {
  const requests: ChatRequest[] = [];
  return {
    name,
    identity: { kind: 'fake', name },
    prefills: true,
    requests,
    complete: async (request, signal) => {
      signal?.throwIfAborted();
      requests.push(request);
      const answer = script(request, requests.length - 1);
      if (typeof answer !== 'string') return answer;
      const words = (text: string): number => text.split(/\s+/u).length;
      const prompt = request.messages.reduce((sum, { content }) => sum + words(content), 0);
      const tokens = { prompt, completion: words(answer) };
      return { ok: true, text: answer, stop: 'end', tokens };
    },
  };
}
