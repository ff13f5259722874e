import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { openTokenizer } from './open-tokenizer.ts';
import { stopMatcher } from './stop-matcher.ts';

const spell = { decode: (ids: readonly number[]) => String.fromCharCode(...ids) };
const firstStop = (text: string, stop: string[]): number => {
  const isStopped = stopMatcher(spell, stop);
  const ids = Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
  return ids.findIndex((_, i) => isStopped(ids.slice(0, i + 1)));
};

describe('stopMatcher', () => {
  it('fires at the token that completes a stop text, not before', () => {
    expect(firstStop('one\ntwo\n\nthree', ['\n\n'])).toBe(8);
    expect(firstStop('one two', ['\n\n', 'two'])).toBe(6);
    expect(firstStop('one two', ['three'])).toBe(-1);
  });

  it('finds text across the tokens of a real tokenizer', async () => {
    const path = fileURLToPath(new URL('../../models/pocket-a', import.meta.url));
    const tokenizer = await openTokenizer(path);
    const ids = tokenizer.encode('the owl the fox .');
    const text = (count: number): string => tokenizer.decode(ids.slice(0, count));
    const isStopped = stopMatcher(tokenizer, ['owl the']);
    for (let n = 1; n <= ids.length; n++) {
      expect(isStopped(ids.slice(0, n)), text(n)).toBe(text(n).includes('owl the'));
    }
    expect(text(ids.length)).toContain('owl the');
  });
});
