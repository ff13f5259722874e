import { z } from 'zod';
import { LINEAR_PATTERNS } from './gguf-pre-tokenizers.ts';
import { listOf } from './schema-parts.ts';

/** Longest text that a component puts in or looks for. */
const MAX_PART_CHARS = 256;
/** Longest regular expression: four times the longest in use. */
const MAX_PATTERN_CHARS = 8_192;
/** Most components in one sequence, and sequences in sequences. */
const MAX_COMPONENTS = 32;
const MAX_DEPTH = 4;
/** How many times longer a normalizer, pre-tokenizer or decoder may make a text in the worst case. */
const MAX_GROWTH = 4_096;

const text = z.string().max(MAX_PART_CHARS);
const flag = z.boolean().nullish();
const count = z.number().int().nonnegative().max(MAX_PART_CHARS);
const pattern = z.union([
  z.strictObject({ String: text }),
  z.strictObject({ Regex: z.string().max(MAX_PATTERN_CHARS) }),
]);
const replace = z.looseObject({ type: z.literal('Replace'), pattern, content: text });

const plain = <const T extends string>(...types: readonly T[]) =>
  z.looseObject({ type: z.enum(types) });

interface Component {
  readonly type: string;
  readonly [key: string]: unknown;
}
const component: z.ZodType<Component, unknown> = z.looseObject({ type: z.string() });

/** A component or a sequence of them under `key`, to a limited depth. */
function sequenceOf(
  leaf: z.ZodType<Component, unknown>,
  key: 'normalizers' | 'pretokenizers' | 'decoders',
  depth = MAX_DEPTH,
): z.ZodType<Component, unknown> {
  if (depth === 0) return leaf;
  const items = listOf(sequenceOf(leaf, key, depth - 1), MAX_COMPONENTS);
  return z.unknown().transform((value, context) => {
    const head = component.safeParse(value);
    const isSequence = head.success && head.data.type === 'Sequence';
    const checked = isSequence ? items.safeParse(head.data[key]) : leaf.safeParse(value);
    if (checked.success && head.success) return head.data;
    const message = checked.success ? 'must be an object' : z.prettifyError(checked.error);
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

const normalizer = z.discriminatedUnion('type', [
  z.looseObject({
    type: z.literal('BertNormalizer'),
    clean_text: flag,
    handle_chinese_chars: flag,
    strip_accents: flag,
    lowercase: flag,
  }),
  z.looseObject({ type: z.literal('Precompiled'), precompiled_charsmap: z.string().nullish() }),
  replace,
  plain('NFC', 'NFD', 'NFKC', 'NFKD', 'StripAccents', 'Lowercase'),
  z.looseObject({ type: z.literal('Strip'), strip_left: flag, strip_right: flag }),
  z.looseObject({ type: z.literal('Prepend'), prepend: text }),
]);

const byteLevel = z.looseObject({
  type: z.literal('ByteLevel'),
  add_prefix_space: flag,
  trim_offsets: flag,
  use_regex: flag,
});
const metaspace = z.looseObject({
  type: z.literal('Metaspace'),
  replacement: text.min(1).nullish(),
  str_rep: text.nullish(),
  prepend_scheme: z.enum(['always', 'first', 'never']).nullish(),
});

const preTokenizer = z.discriminatedUnion('type', [
  byteLevel,
  metaspace,
  z.looseObject({
    type: z.literal('Split'),
    pattern,
    behavior: z.string().max(MAX_PART_CHARS).nullish(),
    invert: flag,
  }),
  z.looseObject({ type: z.literal('Digits'), individual_digits: flag }),
  replace,
  z.looseObject({ type: z.literal('FixedLength'), length: z.number().int().positive() }),
  plain('BertPreTokenizer', 'Whitespace', 'WhitespaceSplit', 'Punctuation'),
]);

const decoder = z.discriminatedUnion('type', [
  byteLevel,
  metaspace,
  z.looseObject({ type: z.literal('WordPiece'), prefix: text.nullish(), cleanup: flag }),
  z.looseObject({ type: z.literal('BPEDecoder'), suffix: text.nullish() }),
  z.looseObject({
    type: z.literal('CTC'),
    pad_token: text.nullish(),
    word_delimiter_token: text.nullish(),
    cleanup: flag,
  }),
  replace,
  z.looseObject({
    type: z.literal('Strip'),
    content: text.nullish(),
    start: count.nullish(),
    stop: count.nullish(),
  }),
  plain('Fuse', 'ByteFallback'),
]);

const bounded = (schema: z.ZodType<Component, unknown>) =>
  schema
    .refine((parsed) => growth(parsed) <= MAX_GROWTH, {
      message: `could make a text more than ${MAX_GROWTH} times longer`,
    })
    .nullable();

/**
 * The components of a tokenizer.json that turn text into tokens and back. The tokenizer library
 * trusts them: a fixed length of zero loops forever, thirty doubling replacements fill any memory.
 * Regular expressions may still take for ever: see `mayBacktrack`.
 */
export const tokenizerParts = z.looseObject({
  model: z.looseObject({ type: z.string() }),
  normalizer: bounded(sequenceOf(normalizer, 'normalizers')),
  pre_tokenizer: bounded(sequenceOf(preTokenizer, 'pretokenizers')),
  decoder: bounded(sequenceOf(decoder, 'decoders')),
});

/**
 * Whether the components can take much longer than in proportion to the text: they hold a regular
 * expression that is not known to be harmless.
 */
export function mayBacktrack(parts: z.infer<typeof tokenizerParts>): boolean {
  return [parts.normalizer, parts.pre_tokenizer, parts.decoder].some(
    (part) => part !== null && partBacktracks(part),
  );
}

function partBacktracks(part: Component): boolean {
  if (part.type === 'Sequence') return itemsOf(part).some(partBacktracks);
  const parsed = pattern.safeParse(part['pattern']);
  return parsed.success && 'Regex' in parsed.data && !LINEAR_PATTERNS.has(parsed.data.Regex);
}

function itemsOf(sequence: Component): Component[] {
  const { normalizers, pretokenizers, decoders } = sequence;
  return z.array(component).parse(normalizers ?? pretokenizers ?? decoders);
}

/** The most that one character becomes: compatibility forms, bytes in UTF-8, spaces around it. */
const OWN_GROWTH: Readonly<Record<string, number>> = {
  NFC: 3,
  NFD: 4,
  NFKC: 18,
  NFKD: 18,
  Precompiled: 18,
  Lowercase: 3,
  BertNormalizer: 12,
  ByteLevel: 3,
};

/** An upper bound for how many characters of output one character of input can become. */
function growth(part: Component): number {
  if (part.type === 'Sequence') {
    return itemsOf(part).reduce((product, inner) => product * growth(inner), 1);
  }
  if (part.type === 'Strip') return 1;
  // An empty match between two characters puts the whole content there.
  const inserted = ['content', 'prepend', 'str_rep', 'replacement'].map((key) => {
    const value = part[key];
    return typeof value === 'string' ? value.length : 0;
  });
  return (OWN_GROWTH[part.type] ?? 1) + Math.max(...inserted);
}
