import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { z } from 'zod';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError, workError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { withinTime } from '../base/time-limit.ts';
import { parseWith } from './read-json-file.ts';
import { listOf } from './schema-parts.ts';
import { mayBacktrack, tokenizerParts } from './tokenizer-parts.ts';
import { type TokenizerTables, readTokenizerTables } from './tokenizer-tables.ts';
import type { Tokenizer } from './types.ts';

/** Ten times what building the largest tokenizers takes. */
const BUILD_LIMIT_MS = 20_000;
/** Far more than any text takes; a backtracking regular expression would take for ever. */
const TEXT_LIMIT_MS = 5_000;
/** Every decoded token is looked for among them. */
const MAX_SPECIAL_TOKENS = 4_096;
const HINT = 'Check that tokenizer.json is that of the original model.';
/** How much of a text an error message shows. */
const SHOWN_CHARS = 80;

/** What the library reads of a tokenizer_config.json. */
const configSchema = z.looseObject({
  additional_special_tokens: listOf(
    z.union([
      z.string(),
      z.looseObject({ content: z.string() }).transform((token) => token.content),
    ]),
    MAX_SPECIAL_TOKENS,
  ).nullish(),
  remove_space: z.boolean().nullish(),
  do_lowercase_and_remove_accent: z.boolean().nullish(),
});

/**
 * Builds a tokenizer from a tokenizer.json object. `endIds` are the ids at which a turn ends.
 * User errors that name `path`: a model type or component that is not supported, ids that clash or
 * leave the allowed range, merges of tokens that do not exist. The tokenizer may come from a hostile
 * model, so work on text is limited in time: `encode` and `decode` raise work errors (code
 * `text-not-encodable`, `tokens-not-decodable`) when they fail or do not end.
 */
export function createTokenizer(
  path: string,
  json: JsonObject,
  tokenizerConfig: JsonObject,
  endIds: readonly number[],
): Tokenizer {
  const tables = readTokenizerTables(path, json);
  const { inner, isLinear } = construct(path, json, tokenizerConfig);
  // The time limit costs a thread per call, so what is known to end goes without.
  const limited = isLinear ? <T>(work: () => T): T => work() : withinTextTime;
  const vocabSize = tables.tokens.reduce((most, [id]) => Math.max(most, id), -1) + 1;
  const known = new Set(tables.tokens.map(([id]) => id));
  const stray = endIds.find((id) => !known.has(id));
  if (stray !== undefined || endIds.length === 0) {
    throw userError(
      'tokenizer-end-token',
      stray === undefined
        ? `${path} defines no end token`
        : `${path} has no token ${stray}, which is named as an end token`,
      'Set eos_token in tokenizer_config.json or eos_token_id in generation_config.json.',
    );
  }
  return {
    vocabSize,
    endIds: [...new Set(endIds)].sort((a, b) => a - b),
    digest: digestTables(tables),
    controlTokens: tables.added.filter(({ special }) => special).map(({ content }) => content),
    encode: (text) => {
      const fails = (why: string): Error =>
        workError('text-not-encodable', `${path} cannot encode ${shown(text)}${why}`, HINT);
      const { ids } = typed(fails, () =>
        limited(() => inner.encode(text, { add_special_tokens: false })),
      );
      // Without an unknown token the library yields undefined for what the vocabulary lacks.
      return ids.map((id) => {
        if (id !== undefined && known.has(id)) return id;
        throw fails('');
      });
    },
    decode: (ids) => {
      // Rows that pad the embedding have no token.
      const named = ids.filter((id) => known.has(id));
      if (named.length === 0) return '';
      // Clean-up would delete spaces before punctuation that the model did write.
      const options = { skip_special_tokens: true, clean_up_tokenization_spaces: false };
      const fails = (why: string): Error =>
        workError(
          'tokens-not-decodable',
          `${path} cannot decode ${named.length} tokens${why}`,
          HINT,
        );
      return typed(fails, () => limited(() => inner.decode(named, options)));
    },
  };
}

/**
 * What ids mean: id → token, merges in order, special tokens. The same tokenizer has the same
 * digest from tokenizer.json and from GGUF, which store it differently.
 */
function digestTables({ tokens, merges, added }: TokenizerTables): string {
  const byId = [...tokens].sort(([a], [b]) => a - b);
  const special = added.filter((token) => token.special).map(({ id }) => id);
  special.sort((a, b) => a - b);
  // Not canonical JSON, which refuses lone surrogates: a token may hold one.
  return sha256(JSON.stringify({ tokens: byId, merges, special }));
}

/** The part of the library used here; its own declarations do not resolve under NodeNext. */
interface TextCodec {
  encode(
    text: string,
    options: { readonly add_special_tokens: boolean },
  ): { readonly ids: (number | undefined)[] };
  decode(
    ids: readonly number[],
    options: {
      readonly skip_special_tokens: boolean;
      readonly clean_up_tokenization_spaces: boolean;
    },
  ): string;
}

function construct(
  path: string,
  json: JsonObject,
  tokenizerConfig: JsonObject,
): { readonly inner: TextCodec; readonly isLinear: boolean } {
  const components = parseWith(path, tokenizerParts, json);
  const { additional_special_tokens, remove_space, do_lowercase_and_remove_accent } = parseWith(
    path,
    configSchema,
    tokenizerConfig,
  );
  const config = { additional_special_tokens, remove_space, do_lowercase_and_remove_accent };
  // Nothing is added to what a chat template spells out, so the post-processor has nothing to do.
  const parts = { added_tokens: [], ...json, post_processor: null };
  try {
    const inner = withinTime(BUILD_LIMIT_MS, () => new HuggingFaceTokenizer(parts, config));
    // Unigram and WordPiece try every end of every word.
    const isLinear = components.model.type === 'BPE' && !mayBacktrack(components);
    return { inner, isLinear };
  } catch (error) {
    throw userError(
      'tokenizer-unsupported',
      `${path} holds a tokenizer that cannot be used: ${messageOf(error)}`,
      'Save the tokenizer again with a current version of transformers.',
      error,
    );
  }
}

function withinTextTime<T>(work: () => T): T {
  return withinTime(TEXT_LIMIT_MS, work);
}

/** Whatever the library throws, and no end in sight, becomes the error that `fails` makes. */
function typed<T>(fails: (why: string) => Error, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw fails(`: ${messageOf(error)}`);
  }
}

function shown(text: string): string {
  return JSON.stringify(text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text);
}
