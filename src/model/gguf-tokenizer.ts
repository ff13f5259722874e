import { userError } from '../base/errors.ts';
import type { Json, JsonObject } from '../base/json.ts';
import { damaged, type GgufFile } from './gguf.ts';
import { kind, metadataValue, requireMetadata } from './gguf-metadata.ts';
import { preTokenizer } from './gguf-pre-tokenizers.ts';
import type { OpenedTokenizer } from './hf-tokenizer.ts';
import { createTokenizer } from './tokenizer.ts';

/** Token types of llama.cpp (llama_token_type). */
const TYPE = { control: 3, userDefined: 4, unused: 5 } as const;
const SPECIAL_KEYS = [
  ['bos_token', 'bos_token_id'],
  ['eos_token', 'eos_token_id'],
  ['pad_token', 'padding_token_id'],
  ['unk_token', 'unknown_token_id'],
] as const;
/** All of these end a turn: chat models name the token that closes it in one or the other. */
const END_KEYS = ['eos_token_id', 'eot_token_id', 'eom_token_id'] as const;

/**
 * Rebuilds a tokenizer.json from GGUF metadata (byte-level BPE, `tokenizer.ggml.model` = gpt2) and
 * opens it. User errors name the file and the key that is missing, inconsistent or unsupported.
 */
export function openGgufTokenizer(file: GgufFile): OpenedTokenizer {
  const model = requireMetadata(file, 'tokenizer.ggml.model', kind.string);
  if (model !== 'gpt2') {
    throw userError(
      'tokenizer-unsupported',
      `${file.path} has a tokenizer of kind "${model}"; supported: gpt2 (byte-level BPE)`,
      'Use the Hugging Face directory of this model.',
    );
  }
  const tokens = requireMetadata(file, 'tokenizer.ggml.tokens', kind.strings);
  const idOf = (key: string): number | undefined =>
    metadataValue(file, `tokenizer.ggml.${key}`, kind.integer);
  const specialTokens = Object.fromEntries(
    SPECIAL_KEYS.flatMap(([name, key]) => {
      const text = tokens[idOf(key) ?? -1];
      return text === undefined ? [] : [[name, text]];
    }),
  );
  const json = rebuildTokenizer(file, tokens);
  const endIds = END_KEYS.flatMap((key) => idOf(key) ?? []);
  return {
    tokenizer: createTokenizer(file.path, json, specialTokens, endIds),
    json,
    specialTokens,
  };
}

function rebuildTokenizer(file: GgufFile, tokens: readonly string[]): JsonObject {
  const types = metadataValue(file, 'tokenizer.ggml.token_type', kind.integers);
  if (types !== undefined && types.length !== tokens.length) {
    throw damaged(
      file.path,
      `it has ${tokens.length} tokens but ${types.length} entries in tokenizer.ggml.token_type`,
    );
  }
  const used = tokens
    .map((content, id) => ({ content, id, type: types?.[id] }))
    .filter(({ type }) => type !== TYPE.unused);
  const vocab = new Map(used.map(({ content, id }) => [content, id]));
  if (vocab.size !== used.length) {
    const twice = used.find(({ content, id }) => vocab.get(content) !== id);
    throw damaged(file.path, `the token ${JSON.stringify(twice?.content)} occurs twice`);
  }
  const added = used.filter(({ type }) => type === TYPE.control || type === TYPE.userDefined);
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
      special: type === TYPE.control,
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
