import { type Json, parseJson } from '../base/json.ts';

/** Deepest nesting: model files use five levels, and library code recurses over them. */
const MAX_DEPTH = 64;
/** Most commas plus brackets: three times those of the largest tokenizer.json in use. */
const MAX_PARTS = 10_000_000;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

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
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COMMA:
        parts++;
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        parts++;
        if (++depth > MAX_DEPTH) throw new SyntaxError(`it nests deeper than ${MAX_DEPTH} levels`);
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth--;
        break;
      default:
    }
    if (parts > MAX_PARTS) throw new SyntaxError(`it has more than ${MAX_PARTS} values`);
  }
}

/** Position of the quote that closes the string opened at `start`, or the length of the text. */
export function endOfString(json: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = json.charCodeAt(at);
    // Past the end there is no code.
    if (code === QUOTE || Number.isNaN(code)) return Math.min(at, json.length);
    at += code === BACKSLASH ? 2 : 1;
  }
}
