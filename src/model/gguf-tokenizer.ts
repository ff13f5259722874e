import { userError } from '../base/errors.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { damaged, type GgufFile } from './gguf.ts';
import { kind, metadataValue, requireMetadata } from './gguf-metadata.ts';
import { END_KEYS, SPECIAL_KEYS, TOKEN_TYPE, TOKENIZER_JSON } from './gguf-tokenizer-keys.ts';
import { preTokenizer } from './gguf-pre-tokenizers.ts';
import type { OpenedTokenizer } from './hf-tokenizer.ts';
import { readJsonText } from './read-json-file.ts';
import { createTokenizer } from './tokenizer.ts';

/**
 * Opens the tokenizer.json in GGUF metadata, or rebuilds one (byte-level BPE,
 * `tokenizer.ggml.model` = gpt2). User errors name the file and the key that is missing,
 * inconsistent or unsupported.
 */
export function openGgufTokenizer(file: GgufFile): OpenedTokenizer {
  const tokens = requireMetadata(file, 'tokenizer.ggml.tokens', kind.strings);
  const idOf = (key: string): number | undefined =>
    metadataValue(file, `tokenizer.ggml.${key}`, kind.integer);
  const specialTokens = Object.fromEntries(
    Object.entries(SPECIAL_KEYS).flatMap(([name, key]) => {
      const text = tokens[idOf(key) ?? -1];
      return text === undefined ? [] : [[`${name}_token`, text]];
    }),
  );
  const whole = metadataValue(file, TOKENIZER_JSON, kind.string);
  const json =
    whole === undefined
      ? rebuildTokenizer(file, tokens)
      : readJsonText(`${file.path}: ${TOKENIZER_JSON}`, whole);
  const endIds = END_KEYS.flatMap((key) => idOf(key) ?? []);
  return {
    tokenizer: createTokenizer(file.path, json, specialTokens, endIds),
    json,
    config: specialTokens,
    specialTokens,
  };
}

function rebuildTokenizer(file: GgufFile, tokens: readonly string[]): JsonObject {
  const model = requireMetadata(file, 'tokenizer.ggml.model', kind.string);
  if (model !== 'gpt2') {
    throw userError(
      'tokenizer-unsupported',
      `${file.path} has a tokenizer of kind "${model}"; supported: gpt2 (byte-level BPE)`,
      'Use the Hugging Face directory of this model.',
    );
  }
  const types = metadataValue(file, 'tokenizer.ggml.token_type', kind.integers);
  if (types !== undefined && types.length !== tokens.length) {
    throw damaged(
      file.path,
      `it has ${tokens.length} tokens but ${types.length} entries in tokenizer.ggml.token_type`,
    );
  }
  const used = tokens
    .map((content, id) => ({ content, id, type: types?.[id] }))
    .filter(({ type }) => type !== TOKEN_TYPE.unused);
  const vocab = new Map(used.map(({ content, id }) => [content, id]));
  if (vocab.size !== used.length) {
    const twice = used.find(({ content, id }) => vocab.get(content) !== id);
    throw damaged(file.path, `the token ${JSON.stringify(twice?.content)} occurs twice`);
  }
  const added = used.filter(
    ({ type }) => type === TOKEN_TYPE.control || type === TOKEN_TYPE.userDefined,
  );
  const parts = preTokenizer(file.path, metadataValue(file, 'tokenizer.ggml.pre', kind.string));
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: added.map(({ content, id, type }) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: type === TOKEN_TYPE.control,
    })),
    normalizer: parts.normalizer,
    pre_tokenizer: parts.preTokenizer,
    post_processor: null,
    decoder: byteLevel(),
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: parts.ignoreMerges,
      vocab: Object.fromEntries(vocab),
      merges: requireMetadata(file, 'tokenizer.ggml.merges', kind.strings),
    },
  };
}

function byteLevel(): Json {
  return { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false };
}
