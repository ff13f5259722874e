import type { ScoredOption } from '../artifacts/audit-samples.ts';
import type { Message } from '../base/chat.ts';
import type { Backend } from '../backends/backend.ts';
import { encodeContent, renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';

/** Options as the model weighs them; undefined where they do not fit its context. */
export interface WeighedOptions {
  readonly options: readonly ScoredOption[] | undefined;
  readonly likeliest: string;
  readonly tokens: number;
}

/** Log-probability of each option as the model's next turn, the end of the turn left out. */
export async function weighOptions(
  backend: Backend,
  { card, ref }: { readonly card: ModelCard; readonly ref: ModelRef },
  messages: readonly Message[],
  options: readonly string[],
): Promise<WeighedOptions> {
  const promptIds = renderPrompt(card, messages).ids;
  const items = options.map((option) => ({
    promptIds,
    completionIds: encodeContent(card.tokenizer, option),
  }));
  const longest = Math.max(...items.map(({ completionIds }) => completionIds.length));
  if (promptIds.length + longest > card.config.maxPositions) {
    return { options: undefined, likeliest: '', tokens: promptIds.length };
  }
  const { chosen_N } = await backend.scoreTopK({ model: ref, items, topK: 1 });
  let row = 0;
  const scored = items.map(({ completionIds }, i): ScoredOption => {
    let logprob = 0;
    for (let at = 0; at < completionIds.length; at++) logprob += chosen_N[row++]!;
    return { text: options[i]!, logprob };
  });
  const likeliest = likeliestOf(scored);
  const completions = items.reduce((sum, item) => sum + item.completionIds.length, 0);
  return { options: scored, likeliest, tokens: items.length * promptIds.length + completions };
}

/** Text of the likeliest option; the first of equals. */
function likeliestOf(options: readonly ScoredOption[]): string {
  const best = Math.max(...options.map(({ logprob }) => logprob));
  return options.find(({ logprob }) => logprob === best)?.text ?? '';
}

/** Probability of each option if the model had to give one of them: softmax of their log-probabilities. */
export function optionProbabilities(options: readonly ScoredOption[]): readonly number[] {
  const best = Math.max(...options.map(({ logprob }) => logprob));
  const weights = options.map(({ logprob }) => Math.exp(logprob - best));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => weight / sum);
}
