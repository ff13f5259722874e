/** Tokens of one window, the first of which is only context. */
const WINDOW = 129;

/** Cuts token ids into windows until `scored` tokens have one before them; RangeError if too few. */
export function windowsOf(ids: readonly number[], scored: number): number[][] {
  const windows: number[][] = [];
  for (let left = scored, at = 0; left > 0; left -= WINDOW - 1, at += WINDOW) {
    const window = ids.slice(at, at + Math.min(WINDOW, left + 1));
    if (window.length < Math.min(WINDOW, left + 1)) {
      throw new RangeError(`the text has ${ids.length} tokens, too few to score ${scored}`);
    }
    windows.push(window);
  }
  return windows;
}
