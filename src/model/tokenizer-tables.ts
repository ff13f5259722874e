import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { parseWith } from './read-json-file.ts';
import { listOf } from './schema-parts.ts';

/** Largest id: four times the largest vocabulary in use; arrays are as long as the largest id. */
const MAX_TOKEN_ID = 1_000_000;
/** Ten times the most in use; every decoded token is looked for among them. */
const MAX_ADDED_TOKENS = 65_536;
/** Longest added token: they are spelled out in prompts. */
const MAX_ADDED_CHARS = 512;
/** Twice the characters of the largest Unigram vocabulary: each may cost a node of a trie. */
const MAX_UNIGRAM_CHARS = 4_000_000;
/** Longest word that WordPiece takes apart, in time that grows with its cube. */
const MAX_WORD_CHARS = 1_000;
const MAX_AFFIX_CHARS = 64;

/** A token outside the merges of the vocabulary; a special one is never shown in text. */
interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly special: boolean;
}

/** The parts of a tokenizer.json that say what ids mean. */
export interface TokenizerTables {
  /** Every id once, with its token. */
  readonly tokens: readonly (readonly [id: number, token: string])[];
  /** Pairs as "left right", most important first. */
  readonly merges: readonly string[];
  readonly added: readonly AddedToken[];
}

const tokenId = z.number().int().nonnegative().max(MAX_TOKEN_ID);
const vocabulary = z.custom<Readonly<Record<string, unknown>>>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must map tokens to ids',
);

const affix = z.string().max(MAX_AFFIX_CHARS).nullish();
const flag = z.boolean().nullish();
const merge = z.union([
  z.string().refine((text) => text.split(' ').length === 2, 'must be two tokens and one space'),
  z.tuple([z.string(), z.string()]),
]);

const schema = z.looseObject({
  model: z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('BPE'),
      vocab: vocabulary,
      merges: listOf(merge),
      unk_token: z.string().nullish(),
      fuse_unk: flag,
      byte_fallback: flag,
      ignore_merges: flag,
      continuing_subword_prefix: affix,
      continuing_subword_suffix: affix,
      end_of_word_suffix: affix,
    }),
    z.looseObject({
      type: z.literal('WordPiece'),
      vocab: vocabulary,
      unk_token: z.string(),
      continuing_subword_prefix: affix,
      max_input_chars_per_word: z.number().int().positive().max(MAX_WORD_CHARS).nullish(),
    }),
    z.looseObject({
      type: z.literal('Unigram'),
      vocab: listOf(z.tuple([z.string(), z.number()]), MAX_TOKEN_ID),
      unk_id: tokenId.nullish(),
    }),
  ]),
  added_tokens: listOf(
    z.looseObject({
      id: tokenId,
      content: z.string().min(1).max(MAX_ADDED_CHARS),
      special: z.boolean().default(false),
      normalized: flag,
      lstrip: flag,
      rstrip: flag,
      single_word: flag,
    }),
    MAX_ADDED_TOKENS,
  ).default([]),
});

/** Reads and checks the tables of a tokenizer.json object; user errors name `path`. */
export function readTokenizerTables(path: string, json: JsonObject): TokenizerTables {
  const { model, added_tokens: added } = parseWith(path, schema, json);
  const byId = new Map<number, string>();
  const add = (id: number, token: string): void => {
    const other = byId.get(id);
    if (other !== undefined && other !== token) {
      throw userError(
        'tokenizer-invalid',
        `${path} gives id ${id} to both ${JSON.stringify(other)} and ${JSON.stringify(token)}`,
      );
    }
    byId.set(id, token);
  };
  if (model.type === 'Unigram') {
    checkUnigram(path, model.vocab, model.unk_id ?? undefined);
    model.vocab.forEach(([token], id) => add(id, token));
  } else {
    for (const [token, id] of Object.entries(model.vocab)) {
      add(parseWith(`${path}: the id of ${JSON.stringify(token)}`, tokenId, id), token);
    }
  }
  for (const { id, content } of added) add(id, content);
  return {
    tokens: [...byId],
    merges: model.type === 'BPE' ? readMerges(path, model.vocab, model.merges) : [],
    added: added.map(({ id, content, special }) => ({ id, content, special })),
  };
}

/** A merge of tokens that do not exist could never be learned or applied: the file is damaged. */
function readMerges(
  path: string,
  vocab: Readonly<Record<string, unknown>>,
  merges: readonly z.infer<typeof merge>[],
): string[] {
  return merges.map((pair) => {
    const parts = typeof pair === 'string' ? pair.split(' ') : pair;
    const missing = parts.find((token) => !Object.hasOwn(vocab, token));
    if (missing !== undefined) {
      throw userError(
        'tokenizer-invalid',
        `${path}: the merge ${JSON.stringify(pair)} needs ${JSON.stringify(missing)}, which is not in the vocabulary`,
        'Download tokenizer.json again, or save it anew.',
      );
    }
    return parts.join(' ');
  });
}

function checkUnigram(
  path: string,
  vocab: readonly (readonly [token: string, score: number])[],
  unknownId: number | undefined,
): void {
  const chars = vocab.reduce((sum, [token]) => sum + token.length, 0);
  if (vocab.length > 0 && chars <= MAX_UNIGRAM_CHARS && (unknownId ?? 0) < vocab.length) return;
  throw userError(
    'tokenizer-invalid',
    chars > MAX_UNIGRAM_CHARS
      ? `${path}: model.vocab has ${chars} characters, the limit is ${MAX_UNIGRAM_CHARS}`
      : `${path}: model.vocab has ${vocab.length} tokens, but unk_id is ${unknownId ?? 'missing'}`,
    'Download tokenizer.json again, or save it anew.',
  );
}
