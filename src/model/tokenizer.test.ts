import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../base/json.ts';
import { tinyTokenizer, tinyWords } from './tiny-model.fixture.ts';
import { createTokenizer } from './tokenizer.ts';

const open = (json: JsonObject = tinyTokenizer(), endIds = [2]) =>
  createTokenizer('tokenizer.json', json, {}, endIds);

describe('a word-level tokenizer', () => {
  // tokenizers 0.23.3 (Python): Tokenizer.from_str(json).encode(text, add_special_tokens=False).ids
  it.each([
    ['<|im_start|>user\nhello like owl<|im_end|>\n', [1, 8, 3, 6, 7, 5, 2, 3]],
    ['owl owl', [4, 5]],
    ['hello cat', [6, 0, 0, 0, 0]],
    ['', []],
  ])('encodes %o', (text, ids) => {
    expect(open().encode(text)).toEqual(ids);
  });

  it('decodes without special tokens and without cleaning up', () => {
    const tokenizer = open();
    expect(tokenizer.decode([1, 8, 3, 6, 7, 5, 2, 3])).toBe('user\nhello like owl\n');
    expect(tokenizer.decode([])).toBe('');
    expect(tokenizer.decode([2])).toBe('');
    expect(tokenizer.decode([6, 14, 15])).toBe('hello');
  });

  it('knows its control tokens and end', () => {
    const tokenizer = open();
    expect(tokenizer.controlTokens).toEqual(['<unk>', '<|im_start|>', '<|im_end|>']);
    expect(tokenizer.endIds).toEqual([2]);
    expect(tokenizer.vocabSize).toBe(tinyWords.length);
  });
});

describe('the digest', () => {
  it('exists for tokens that are no valid Unicode', () => {
    const words = [...tinyWords.slice(0, 9), '\ud800'];
    expect(open(tinyTokenizer(words)).digest).toHaveLength(64);
  });

  it('changes with what ids mean and with nothing else', () => {
    const { digest } = open();
    const swapped = tinyWords.with(4, 'Ġowl').with(5, 'owl');
    expect(open(tinyTokenizer(swapped)).digest).not.toBe(digest);
    expect(open({ ...tinyTokenizer(), padding: { strategy: 'x' } }).digest).toBe(digest);
    expect(open(tinyTokenizer(), [2, 3]).digest).toBe(digest);
  });
});

describe('a tokenizer that cannot work', () => {
  const withModel = (model: JsonObject): JsonObject => ({ ...tinyTokenizer(), model });
  it.each([
    ['no end token', () => open(tinyTokenizer(), []), /defines no end token/],
    ['an end token it lacks', () => open(tinyTokenizer(), [77]), /no token 77/],
    ['an unknown model', () => open(withModel({ type: 'Magic' })), /model/],
    [
      'ids that are no numbers',
      () => open(withModel({ type: 'BPE', vocab: { a: 'b' }, merges: [] })),
      /the id of "a"/,
    ],
    [
      'a huge id',
      () => open(withModel({ type: 'BPE', vocab: { a: 2 ** 31 }, merges: [] })),
      /the id of "a"/,
    ],
    [
      'one id for two tokens',
      () => open(withModel({ type: 'BPE', vocab: { a: 7, b: 7 }, merges: [] })),
      /id 7 to both "a" and "b"/,
    ],
  ])('is refused: %s', (_, make, message) => {
    expect(make).toThrow(message);
  });
});
