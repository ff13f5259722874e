import { z } from 'zod';
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

const DEFAULT = ['[\\p{P}\\$\\+<=>\\^~\\|]+', GPT2, '\\p{N}+', '[0-9][0-9][0-9]'];

/** Patterns that take time in proportion to the text, whatever the text: none backtracks far. */
export const LINEAR_PATTERNS: ReadonlySet<string> = new Set([
  GPT2,
  LLAMA3,
  QWEN2,
  '\\p{N}',
  ...DEFAULT,
]);

const PRE_TOKENIZERS: ReadonlyMap<string, PreTokenizer> = new Map([
  ['gpt-2', splitting([GPT2])],
  ['smollm', splitting(['\\p{N}', GPT2])],
  ['llama-bpe', { ...splitting([LLAMA3]), ignoreMerges: true }],
  ['qwen2', { ...splitting([QWEN2]), normalizer: { type: 'NFC' } }],
  ['default', splitting(DEFAULT)],
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

/**
 * The name of `tokenizer.ggml.pre` whose regular expressions cut text as the pre-tokenizer of a
 * tokenizer.json does; undefined when llama.cpp has none. Names with the wanted `ignoreMerges` come
 * first.
 */
export function preTokenizerName(pre: Json, ignoreMerges: boolean): string | undefined {
  const wanted = patternsOf(pre)?.join('\n');
  if (wanted === undefined) return undefined;
  const same = [...PRE_TOKENIZERS].filter(
    ([, known]) => patternsOf(known.preTokenizer)?.join('\n') === wanted,
  );
  return (same.find(([, known]) => known.ignoreMerges === ignoreMerges) ?? same[0])?.[0];
}

/** Whether llama.cpp takes whole words of the vocabulary as they are with this pre-tokenizer. */
export function ignoresMerges(name: string): boolean {
  return PRE_TOKENIZERS.get(name)?.ignoreMerges ?? false;
}

const partSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('Sequence'), pretokenizers: z.array(z.custom<Json>()) }),
  z.looseObject({
    type: z.literal('Split'),
    pattern: z.looseObject({ Regex: z.string() }),
    behavior: z.literal('Isolated'),
    invert: z.literal(false),
  }),
  z.looseObject({ type: z.literal('Digits'), individual_digits: z.literal(true) }),
  z.looseObject({ type: z.literal('ByteLevel'), use_regex: z.boolean().default(true) }),
]);

/** The regular expressions a pre-tokenizer isolates, one after the other. */
function patternsOf(pre: Json): readonly string[] | undefined {
  const parsed = partSchema.safeParse(pre);
  if (!parsed.success) return undefined;
  const part = parsed.data;
  switch (part.type) {
    case 'Split':
      return [part.pattern.Regex];
    case 'Digits':
      return ['\\p{N}'];
    case 'ByteLevel':
      return part.use_regex ? [GPT2] : [];
    case 'Sequence': {
      const all = part.pretokenizers.map(patternsOf);
      return all.some((patterns) => patterns === undefined)
        ? undefined
        : all.flatMap((patterns) => patterns ?? []);
    }
  }
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
