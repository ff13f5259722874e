import { sampleModel } from '../src/engine/decode/sample-model.ts';
import type { SessionCache } from '../src/engine/session-cache.ts';
import type { NamedTensors } from '../src/engine/types.ts';
import { openModel } from '../src/model/open-model.ts';
import { renderPrompt } from '../src/model/render-prompt.ts';
import { getWorld } from '../src/worlds/registry.ts';
import { CHATS, SMOLLM2, SMOLLM2_PATH } from './settings.ts';

/** Ordinary requests to an assistant, of different lengths, answered until the model ends its turn. */
export interface ChatWorkload {
  readonly prompts: readonly (readonly number[])[];
  readonly endIds: readonly number[];
}

/** The prompts that are sampled from, on our side and on transformers'. */
export async function chatWorkload(): Promise<ChatWorkload> {
  const card = await openModel(SMOLLM2_PATH);
  const prompts = getWorld('english').promptSet('open-ended', CHATS.sequences, 'bench');
  return {
    prompts: prompts.map(({ messages }) => renderPrompt(card, messages).ids),
    endIds: card.tokenizer.endIds,
  };
}

/** Samples one answer to each prompt; another `round` draws others. Tokens are those of the answers. */
export async function sampleChats(
  cache: SessionCache,
  weights: NamedTensors,
  { prompts, endIds }: ChatWorkload,
  round: number,
): Promise<{ readonly seconds: number; readonly tokens: number }> {
  const start = performance.now();
  const answers = await sampleModel(cache, {
    config: SMOLLM2,
    weights,
    items: prompts.map((promptIds, i) => ({ promptIds, seed: `${round}/${i}` })),
    maxTokens: CHATS.maxNewTokens,
    temperature: CHATS.temperature,
    endIds,
    batch: CHATS.sequences,
  });
  const tokens = answers.reduce((sum, { ids }) => sum + ids.length, 0);
  return { seconds: (performance.now() - start) / 1000, tokens };
}
