import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError, workError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { type TokenizerTables, readTokenizerTables } from './tokenizer-tables.ts';
import type { Tokenizer } from './types.ts';

/**
 * Builds a tokenizer from a tokenizer.json object. `endIds` are the ids at which a turn ends.
 * User errors that name `path`: a model type that is not supported, ids that clash or leave the
 * allowed range.
 */
export function createTokenizer(
  path: string,
  json: JsonObject,
  tokenizerConfig: JsonObject,
  endIds: readonly number[],
): Tokenizer {
  const tables = readTokenizerTables(path, json);
  const inner = construct(path, json, tokenizerConfig);
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
      const { ids } = inner.encode(text, { add_special_tokens: false });
      // Without an unknown token the library yields undefined for what the vocabulary lacks.
      return ids.map((id) => {
        if (id !== undefined) return id;
        throw workError('text-not-encodable', `${path} cannot encode ${JSON.stringify(text)}`);
      });
    },
    decode: (ids) => {
      // Rows that pad the embedding have no token.
      const named = ids.filter((id) => known.has(id));
      if (named.length === 0) return '';
      // Clean-up would delete spaces before punctuation that the model did write.
      return inner.decode(named, {
        skip_special_tokens: true,
        clean_up_tokenization_spaces: false,
      });
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

function construct(path: string, json: JsonObject, tokenizerConfig: JsonObject): TextCodec {
  try {
    return new HuggingFaceTokenizer(json, tokenizerConfig);
  } catch (error) {
    throw userError(
      'tokenizer-unsupported',
      `${path} holds a tokenizer that cannot be used: ${messageOf(error)}`,
      'Save the tokenizer again with a current version of transformers.',
      error,
    );
  }
}
