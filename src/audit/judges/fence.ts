import { sha256 } from '../../base/digest.ts';
import { visibleText } from '../../base/visible-text.ts';

const CODE_DIGITS = 24;

/** Marks off words that are data. */
export interface Fence {
  readonly code: string;
  /** The text made visible, between an opening and a closing line. */
  around(text: string): string;
}

/**
 * A fence around texts that may want to break out of it. Its code is a digest of all of them, so
 * that a text that holds its own closing line would be a fixed point of sha256, and equal questions
 * are asked in equal words; that no text holds the code is checked all the same.
 */
export function fenceAround(seed: string, texts: readonly string[]): Fence {
  const shown = texts.map(visibleText);
  let code = '';
  for (let attempt = 0; code === '' || shown.some((text) => text.includes(code)); attempt++) {
    code = sha256(JSON.stringify([seed, attempt, texts])).slice(0, CODE_DIGITS);
  }
  return {
    code,
    around: (text) => `<<<${code}\n${visibleText(text)}\n${code}>>>`,
  };
}
