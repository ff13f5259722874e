import { type Json, parseJson } from '../base/json.ts';

/** Deepest nesting: model files use five levels, and library code recurses over them. */
const MAX_DEPTH = 64;
/** Most commas plus brackets: three times those of the largest tokenizer.json in use. */
const MAX_PARTS = 10_000_000;

/**
 * Parses JSON from a file that may be hostile. Throws SyntaxError when it is not JSON, nests too
 * deeply, or has so many parts that holding them would take far more memory than the text (an
 * empty list takes three bytes of text and dozens in memory).
 */
export function parseUntrustedJson(text: string): Json {
  checkSize(text);
  return parseJson(text);
}

function checkSize(text: string): void {
  let depth = 0;
  let parts = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at];
    if (char === '"') at = endOfString(text, at);
    else if (char === ',') parts++;
    else if (char === '{' || char === '[') {
      parts++;
      if (++depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`);
    } else if (char === '}' || char === ']') depth--;
    if (parts > MAX_PARTS) throw new SyntaxError(`it has more than ${MAX_PARTS} values`);
  }
}

/** Position of the quote that closes the string opened at `start`, or the length of the text. */
export function endOfString(json: string, start: number): number {
  let at = start + 1;
  while (at < json.length && json[at] !== '"') at += json[at] === '\\' ? 2 : 1;
  return at;
}
