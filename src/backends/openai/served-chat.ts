import { userError } from '../../base/errors.ts';
import type { ServedChatSpec } from '../chat-model-spec.ts';
import type { ChatModel } from '../chat.ts';
import { createOpenAiChat } from './openai-chat.ts';

/** The key a served model needs, from the environment; a user error when it is not set. */
export function apiKeyOf(
  { model, apiKeyEnv }: ServedChatSpec,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (apiKeyEnv === undefined) return undefined;
  const apiKey = env[apiKeyEnv];
  if (apiKey) return apiKey;
  throw userError(
    'no-api-key',
    `${model} needs a key in the environment variable ${apiKeyEnv}, which is not set`,
    `Set ${apiKeyEnv}, or leave apiKeyEnv out for a server that needs none.`,
  );
}

/** The chat model that a file describes. Without its key it has the same identity, and no access. */
export function openServedChat(spec: ServedChatSpec, apiKey: string | undefined): ChatModel {
  const { baseUrl, model, prefill, parameters, price, retries, concurrency } = spec;
  return createOpenAiChat({
    baseUrl,
    model,
    ...(apiKey === undefined ? {} : { apiKey }),
    parameters,
    prefill,
    ...(price === undefined ? {} : { price }),
    timeoutMs: spec.timeoutSeconds * 1000,
    retries,
    concurrency,
    longestWaitMs: spec.longestWaitSeconds * 1000,
  });
}
