import type { Json } from '../../src/base/json.ts';

const split = (Regex: string): Json => ({
  type: 'Split',
  pattern: { Regex },
  behavior: 'Isolated',
  invert: false,
});
const nested = (depth: number): Json =>
  depth === 0 ? { type: 'NFC' } : { type: 'Sequence', normalizers: [nested(depth - 1)] };
const replace = (pattern: Json, content: string): Json => ({ type: 'Replace', pattern, content });

/** Components and tables that a tokenizer library may believe, by their key in tokenizer.json. */
export const tokenizerLies: Readonly<Record<string, readonly Json[]>> = {
  pre_tokenizer: [
    { type: 'FixedLength', length: 0 },
    { type: 'FixedLength', length: -1 },
    { type: 'FixedLength', length: 1e-9 },
    { type: 'FixedLength', length: 'x' },
    split('('),
    split('[a-'),
    split('\\p{No_Such}'),
    split('(?<name>a)\\k<name>'),
    split('(?i:[a&&[^b]])'),
    split('(a{1000}){1000}'),
    split('a{0,4294967296}'),
    split(`${'('.repeat(3_000)}a${')'.repeat(3_000)}`),
    split('x'.repeat(9_000)),
    split(''),
    split('(?=)'),
    split('\\'),
    { type: 'Split', pattern: { String: '' }, behavior: 'Removed', invert: false },
    { type: 'Split', pattern: {}, behavior: 'Isolated' },
    { type: 'Split', pattern: null },
    { type: 'Split', pattern: { Regex: 7 } },
    { type: 'Sequence', pretokenizers: 'x' },
    { type: 'Sequence', pretokenizers: [null, split('a'), { type: 'Digits' }] },
    { type: 'Sequence', pretokenizers: Array.from({ length: 40 }, () => split('a')) },
    { type: 'Metaspace', replacement: '' },
    { type: 'Metaspace', replacement: '▁', str_rep: 'y'.repeat(10_000) },
    { type: 'Metaspace', replacement: 7, prepend_scheme: 'always' },
    { type: 'Punctuation' },
    { type: 'WhitespaceSplit' },
    { type: 'Digits', individual_digits: true },
    { type: 'UnicodeScripts' },
  ],
  normalizer: [
    nested(3),
    nested(30),
    replace({ String: '' }, 'xx'),
    replace({ Regex: '' }, 'y'.repeat(250)),
    replace({ Regex: '.' }, '$&$&$&'),
    {
      type: 'Sequence',
      normalizers: Array.from({ length: 31 }, () => replace({ Regex: '.' }, 'zz')),
    },
    { type: 'Prepend', prepend: 'x'.repeat(100_000) },
    { type: 'Prepend', prepend: null },
    { type: 'Precompiled', precompiled_charsmap: 'AAAA' },
    { type: 'BertNormalizer', lowercase: 'yes' },
  ],
  decoder: [
    { type: 'Strip', content: null, start: 1e18, stop: 1e18 },
    { type: 'Strip', content: 'l', start: 2, stop: 2 },
    { type: 'CTC', pad_token: '', word_delimiter_token: '', cleanup: true },
    { type: 'BPEDecoder', suffix: '' },
    { type: 'WordPiece', prefix: '', cleanup: true },
    { type: 'ByteFallback' },
    { type: 'Sequence', decoders: [null] },
    { type: 'Sequence', decoders: [{ type: 'Fuse' }, { type: 'ByteLevel' }] },
  ],
  post_processor: [{ type: 'TemplateProcessing', single: null }],
  model: [
    { type: 'BPE', vocab: { a: 0 }, merges: ['a b'] },
    {
      type: 'BPE',
      vocab: { '<unk>': 0, '<|im_end|>': 2, a: 5 },
      merges: [['a', 'a']],
      unk_token: 'none',
    },
    { type: 'BPE', vocab: { a: 1e6, b: 999_999 }, merges: [], byte_fallback: true },
    { type: 'BPE', vocab: { '<0x00>': 0, '<|im_end|>': 2 }, merges: [], byte_fallback: true },
    { type: 'BPE', vocab: { '': 0, '<|im_end|>': 2 }, merges: [' '], end_of_word_suffix: '</w>' },
    { type: 'BPE', vocab: { a: 1, '<|im_end|>': 2 }, merges: ['a'], unk_token: 5 },
    {
      type: 'WordPiece',
      vocab: { a: 1, '<|im_end|>': 2 },
      unk_token: 'gone',
      max_input_chars_per_word: 1e9,
    },
    { type: 'Unigram', vocab: [], unk_id: 0 },
    {
      type: 'Unigram',
      vocab: [
        ['a', 0],
        ['<|im_start|>', -1],
        ['<|im_end|>', -1e308],
      ],
      unk_id: 4294967295,
    },
    {
      type: 'Unigram',
      vocab: [
        ['', 0],
        ['x', 1e308],
        ['<|im_end|>', 0],
      ],
      unk_id: 1,
    },
    { vocab: { a: 1 } },
  ],
  added_tokens: [
    [{ id: 3, content: '', special: true }],
    [{ id: 2, content: '<|im_end|>', special: true, lstrip: true, rstrip: true }],
    [
      { id: 5, content: 'h', special: true },
      { id: 6, content: 'e', special: false, normalized: true },
    ],
    [{ id: -1, content: 'x' }],
    [{ id: 1e6, content: 'x'.repeat(600), special: 'no' }],
  ],
};

/** Pre-tokenizers whose patterns backtrack for ever on the texts of the fuzzer. */
export const endlessPatterns: readonly Json[] = [
  split('(\\w+\\s*)+!'),
  split('(a|a)*$x|(.*)*x'),
  split('(?:[a-z ]+)+\\d'),
];
