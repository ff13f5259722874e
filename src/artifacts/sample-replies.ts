import type { JsonObject } from '../base/json.ts';
import type { Message } from '../base/chat.ts';
import type { Backend, SampleItem } from '../backends/backend.ts';
import { renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';

/** How a model is sampled everywhere in a study. */
export interface Sampling {
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly stop?: readonly string[];
}

/** The same as step parameters: settings that are absent stay out of the key. */
export function samplingParams({ stop, ...numbers }: Sampling): JsonObject {
  return { ...numbers, ...(stop === undefined ? {} : { stop: [...stop] }) };
}

/** A model's next turn; `context-full` means the prompt left no room for `maxTokens`. */
export type Reply =
  | {
      readonly stop: 'end' | 'truncated';
      readonly ids: readonly number[];
      readonly text: string;
      readonly promptTokens: number;
    }
  | { readonly stop: 'context-full'; readonly promptTokens: number };

/** Samples one assistant turn after each conversation, all in one request; replies in order. */
export function sampleReplies(
  backend: Backend,
  model: { readonly card: ModelCard; readonly ref: ModelRef },
  conversations: readonly { readonly messages: readonly Message[]; readonly seed: string }[],
  sampling: Sampling,
): Promise<readonly Reply[]> {
  const items = conversations.map(({ messages, seed }) => ({
    promptIds: renderPrompt(model.card, messages).ids,
    seed,
  }));
  return continuePrompts(backend, model, items, sampling);
}

/** Samples what follows each prompt, all in one request; replies in order. */
export async function continuePrompts(
  backend: Backend,
  model: { readonly card: ModelCard; readonly ref: ModelRef },
  asked: readonly SampleItem[],
  sampling: Sampling,
): Promise<readonly Reply[]> {
  const { card, ref } = model;
  const prompts = asked.map(({ promptIds }) => promptIds);
  const fits = prompts.map((ids) => ids.length + sampling.maxTokens <= card.config.maxPositions);
  const items = prompts
    .map((promptIds, i) => ({ promptIds, seed: asked[i]!.seed }))
    .filter((_, i) => fits[i]);
  const completions =
    items.length === 0
      ? []
      : await backend.sample({
          model: ref,
          items,
          ...sampling,
          endIds: card.tokenizer.endIds,
        });
  let at = 0;
  return prompts.map((prompt, i) => {
    if (!fits[i]) return { stop: 'context-full', promptTokens: prompt.length };
    const { ids, stop } = completions[at++]!;
    return { stop, ids, text: card.tokenizer.decode(ids).trim(), promptTokens: prompt.length };
  });
}
