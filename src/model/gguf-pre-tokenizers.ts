import { userError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';

/** How text is cut into words before the merges, as parts of a tokenizer.json. */
export interface PreTokenizer {
  readonly normalizer: Json;
  readonly preTokenizer: Json;
  /** Whole words of the vocabulary are taken as they are, whatever the merges would give. */
  readonly ignoreMerges: boolean;
}

// The regular expressions are those of the models' own tokenizer.json files; llama.cpp's
// llm_tokenizer_bpe (llama-vocab.cpp) holds the same ones under the same names.
const GPT2 = "'s|'t|'re|'ve|'m|'ll|'d| ?\\p{L}+| ?\\p{N}+| ?[^\\s\\p{L}\\p{N}]+|\\s+(?!\\S)|\\s+";
const LLAMA3 =
  "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+";
const QWEN2 = LLAMA3.replace('\\p{N}{1,3}', '\\p{N}');

const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map([
  ['gpt-2', splitting([GPT2])],
  ['smollm', splitting(['\\p{N}', GPT2])],
  ['llama-bpe', { ...splitting([LLAMA3]), ignoreMerges: true }],
  ['qwen2', { ...splitting([QWEN2]), normalizer: { type: 'NFC' } }],
  ['default', splitting(['[\\p{P}\\$\\+<=>\\^~\\|]+', GPT2, '\\p{N}+', '[0-9][0-9][0-9]'])],
]);

/**
 * The pre-tokenizer that llama.cpp means by a name of `tokenizer.ggml.pre`. An unknown name is a
 * user error: a guess would silently cut text differently than in training.
 */
export function preTokenizer(path: string, name = 'default'): PreTokenizer {
  const found = PRE_TOKENIZERS.get(name);
  if (found !== undefined) return found;
  throw userError(
    'tokenizer-unsupported',
    `${path} has the pre-tokenizer "${name}"; supported: ${[...PRE_TOKENIZERS.keys()].join(', ')}`,
    'Use the Hugging Face directory of this model.',
  );
}

function splitting(patterns: readonly string[]): PreTokenizer {
  return {
    normalizer: null,
    preTokenizer: {
      type: 'Sequence',
      pretokenizers: [
        ...patterns.map((pattern) => ({
          type: 'Split',
          pattern: { Regex: pattern },
          behavior: 'Isolated',
          invert: false,
        })),
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
    ignoreMerges: false,
  };
}
