import { describe, expect, it } from 'vitest';
import { wordMerges } from './word-merges.ts';

describe('wordMerges', () => {
  it('builds every word letter by letter, words after a space first', () => {
    expect(wordMerges(['ow', 'Ġow', 'Ġ', 'a'])).toEqual(['Ġ o', 'Ġo w', 'o w']);
    // "low" would take the end of "hello" if its merges came first.
    expect(wordMerges(['low', 'hello'])?.slice(0, 2)).toEqual(['h e', 'he l']);
  });

  it('gives up where words get in the way of each other', () => {
    expect(wordMerges(['cab', 'abacus'])).toBeUndefined();
  });
});
