import { AppError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import { encodeContent, renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import type { Backend, SampledCompletion } from './backend.ts';
import type { ChatModel, ChatRequest, ChatResult } from './chat.ts';
import { createSampleQueue } from './sample-queue.ts';

/** A model of a backend as a partner in conversation: its own template, its own tokens. */
export function createBackendChat(options: {
  readonly name: string;
  readonly backend: Backend;
  readonly card: ModelCard;
  readonly ref: ModelRef;
}): ChatModel {
  const { name, backend, card, ref } = options;
  const sampleOne = createSampleQueue(backend);
  return {
    name,
    identity: backendChatIdentity(backend, ref),
    prefills: true,
    complete: async (request, signal) => {
      signal?.throwIfAborted();
      const promptIds = promptOf(card, request);
      const room = card.config.maxPositions - request.maxTokens;
      if (promptIds.length > room) {
        const detail = `${promptIds.length} tokens of conversation and ${request.maxTokens} of answer exceed the ${card.config.maxPositions} of the model`;
        return { ok: false, failure: 'context-full', detail };
      }
      try {
        const completion = await sampleOne(
          { promptIds, seed: request.seed ?? 'chat' },
          {
            model: ref,
            maxTokens: request.maxTokens,
            temperature: request.temperature,
            endIds: card.tokenizer.endIds,
            ...(request.stop === undefined ? {} : { stop: request.stop }),
          },
        );
        return replyOf(card, request, promptIds.length, completion);
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
        return { ok: false, failure: 'rejected', detail: error.message };
      }
    },
  };
}

/** Identity of a model of a backend as a partner in conversation. */
export function backendChatIdentity(
  { identity }: Pick<Backend, 'identity'>,
  { digest }: Pick<ModelRef, 'digest'>,
): Json {
  return { kind: 'backend', backend: identity, model: digest };
}

function promptOf(card: ModelCard, { messages, prefill }: ChatRequest): readonly number[] {
  const { ids } = renderPrompt(card, messages);
  return prefill === undefined ? ids : [...ids, ...encodeContent(card.tokenizer, prefill)];
}

function replyOf(
  card: ModelCard,
  { stop: stops = [], prefill }: ChatRequest,
  promptTokens: number,
  { ids, stop }: SampledCompletion,
): ChatResult {
  const said = untilStop(card.tokenizer.decode(ids), stops).trimEnd();
  // The space that parts an answer from its prefill is the model's.
  const text = prefill === undefined ? said.trimStart() : said;
  const tokens = { prompt: promptTokens, completion: ids.length };
  return text.trim() === ''
    ? { ok: false, failure: 'empty', detail: 'the model ended its turn without a word', tokens }
    : { ok: true, text, stop, tokens };
}

function untilStop(text: string, stops: readonly string[]): string {
  const found = stops.map((stop) => text.indexOf(stop)).filter((at) => at >= 0);
  return found.length === 0 ? text : text.slice(0, Math.min(...found));
}
