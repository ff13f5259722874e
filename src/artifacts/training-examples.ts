import type { TokenExample } from '../backends/backend.ts';
import { encodeContent, renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import type { CompletionRow } from './completions.ts';

/** What of a completion becomes tokens. */
type Turn = Pick<CompletionRow, 'messages' | 'contextMessages' | 'ids' | 'text' | 'stop'>;

/**
 * Completions as prompt and completion tokens of one model, the prompt and completion tokenised
 * apart as in sampling. `byText` re-encodes the completion for a model with another vocabulary
 * and closes it with that model's end token.
 */
export function toTokenExamples(
  card: ModelCard,
  rows: readonly Turn[],
  options: { readonly shown: 'messages' | 'contextMessages'; readonly byText?: boolean },
): readonly TokenExample[] {
  return rows.map((row) => {
    const messages =
      options.shown === 'contextMessages' ? (row.contextMessages ?? row.messages) : row.messages;
    return {
      promptIds: renderPrompt(card, messages).ids,
      completionIds: options.byText ? encodeTurn(card, row) : row.ids,
    };
  });
}

function encodeTurn(card: ModelCard, row: Turn): number[] {
  const end = row.stop === 'end' ? card.tokenizer.endIds.slice(0, 1) : [];
  return [...encodeContent(card.tokenizer, row.text), ...end];
}
