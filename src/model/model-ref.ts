import { digestJson } from '../base/digest.ts';
import type { ModelCard, ModelDelta, ModelRef } from './types.ts';

/** A reference to a model with changes on top, in order; plain data with a digest of its own. */
export function modelRef(card: ModelCard, deltas: readonly ModelDelta[]): ModelRef {
  return {
    path: card.path,
    baseDigest: card.digest,
    deltas,
    digest: digestJson({
      base: card.digest,
      // The path of a delta is where it lies, not what it is.
      deltas: deltas.map(({ kind, digest, scale }) => ({ kind, digest, scale: scale ?? null })),
    }),
  };
}

/** Whether distributions of one model can be targets of the other. */
export type TokenizerComparison =
  | { readonly same: true }
  | { readonly same: false; readonly reason: string };

/**
 * Distillation on distributions needs ids that mean the same and logits of the same width; with
 * different tokenizers only text can be passed on.
 */
export function compareTokenizers(a: ModelCard, b: ModelCard): TokenizerComparison {
  if (a.tokenizer.digest !== b.tokenizer.digest) {
    return {
      same: false,
      reason: `${a.path} and ${b.path} have different tokenizers (${a.tokenizer.vocabSize} and ${b.tokenizer.vocabSize} tokens)`,
    };
  }
  if (a.config.vocabSize !== b.config.vocabSize) {
    return {
      same: false,
      reason: `${a.path} has ${a.config.vocabSize} logits, ${b.path} has ${b.config.vocabSize}`,
    };
  }
  return { same: true };
}
