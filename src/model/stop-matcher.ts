import type { Tokenizer } from './types.ts';

/**
 * Says after each sampled token whether the text so far contains one of the stop texts. A token
 * stands for at least one byte, so only as many last tokens as a stop text has bytes are decoded.
 */
export function stopMatcher(
  tokenizer: Pick<Tokenizer, 'decode'>,
  stop: readonly string[],
): (ids: readonly number[]) => boolean {
  const longest = stop.reduce((most, text) => Math.max(most, Buffer.byteLength(text)), 0);
  // One more: decoders may drop a space in front of the first token.
  return (ids) => {
    const tail = tokenizer.decode(ids.slice(-longest - 1));
    return stop.some((text) => tail.includes(text));
  };
}
