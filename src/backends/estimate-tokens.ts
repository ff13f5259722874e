/** Characters per token of English under common tokenizers, rounded down to count too many. */
const CHARACTERS_PER_TOKEN = 3;

/** Tokens of a text whose tokenizer is unknown; errs towards too many. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / CHARACTERS_PER_TOKEN);
}
