import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { GgufValue } from './gguf-encode.ts';
import { ignoresMerges, preTokenizerName } from './gguf-pre-tokenizers.ts';
import { END_KEYS, SPECIAL_KEYS, TOKEN_TYPE, TOKENIZER_JSON } from './gguf-tokenizer-keys.ts';
import { parseWith } from './read-json-file.ts';
import { readTokenizerTables, type TokenizerTables } from './tokenizer-tables.ts';
import { wordMerges } from './word-merges.ts';
import { specialTokenIds, type WritableModel } from './writable-model.ts';

const schema = z.looseObject({
  pre_tokenizer: z.custom<Json>().default(null),
  model: z.looseObject({ type: z.string(), ignore_merges: z.boolean().default(false) }),
});
const configSchema = z.looseObject({ add_bos_token: z.boolean().nullish() });

/**
 * The tokenizer and the chat template as GGUF metadata: tables that llama.cpp reads, and the whole
 * tokenizer.json, which gives back the very same tokenizer. User error `tokenizer-not-exportable`
 * for tokenizers that llama.cpp's byte-level BPE cannot stand for.
 */
export function ggufTokenizerMetadata(model: WritableModel): Map<string, GgufValue> {
  const { tokenizerJson, chatTemplate, config } = model;
  const tables = readTokenizerTables('tokenizer.json', tokenizerJson);
  const { name, merges } = preTokenization(model, tables);
  const tokens = Array.from({ length: config.vocabSize }, (_, id) => `[PAD${id}]`);
  const types = tokens.map((): number => TOKEN_TYPE.unused);
  const ids = specialTokenIds(model);
  for (const [id, token] of tables.tokens) {
    tokens[id] = token;
    types[id] = TOKEN_TYPE.normal;
  }
  for (const { id, special } of tables.added) {
    types[id] = special ? TOKEN_TYPE.control : TOKEN_TYPE.userDefined;
  }
  const metadata = new Map<string, GgufValue>([
    ['tokenizer.ggml.model', { type: 'string', value: 'gpt2' }],
    ['tokenizer.ggml.pre', { type: 'string', value: name }],
    ['tokenizer.ggml.tokens', { type: 'strings', value: tokens }],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: types }],
    ['tokenizer.ggml.merges', { type: 'strings', value: merges }],
  ]);
  const setId = (key: string, id: number | undefined): void => {
    if (id !== undefined) metadata.set(`tokenizer.ggml.${key}`, { type: 'u32', value: id });
  };
  for (const [special, key] of Object.entries(SPECIAL_KEYS)) setId(key, idOf(ids, special));
  const ends = [...new Set([...(ids.eos === undefined ? [] : [ids.eos]), ...(model.endIds ?? [])])];
  END_KEYS.forEach((key, i) => setId(key, ends[i]));
  const { add_bos_token: addBos } = parseWith(
    'tokenizer_config.json',
    configSchema,
    model.tokenizerConfig,
  );
  // Without this llama.cpp would put the token of its default id in front of every text.
  if (ids.bos === undefined || typeof addBos === 'boolean') {
    const value = ids.bos !== undefined && addBos === true;
    metadata.set('tokenizer.ggml.add_bos_token', { type: 'bool', value });
  }
  return metadata
    .set('tokenizer.chat_template', { type: 'string', value: chatTemplate })
    .set(TOKENIZER_JSON, { type: 'string', value: JSON.stringify(tokenizerJson) });
}

function idOf(ids: ReturnType<typeof specialTokenIds>, name: string): number | undefined {
  return new Map(Object.entries(ids)).get(name);
}

function preTokenization(
  { tokenizerJson }: WritableModel,
  tables: TokenizerTables,
): { readonly name: string; readonly merges: readonly string[] } {
  const json = parseWith('tokenizer.json', schema, tokenizerJson);
  const { type, ignore_merges: ignoreMerges } = json.model;
  if (type !== 'BPE') throw notExportable(`it is of type ${type}, not byte-level BPE`);
  const name = preTokenizerName(json.pre_tokenizer, ignoreMerges);
  if (name === undefined) throw notExportable('llama.cpp has no pre-tokenizer like its own');
  if (!ignoreMerges || ignoresMerges(name)) return { name, merges: tables.merges };
  if (tables.merges.length > 0) throw notExportable('it ignores merges, which llama.cpp would not');
  const added = new Set(tables.added.map(({ id }) => id));
  const words = tables.tokens.flatMap(([id, token]) => (added.has(id) ? [] : [token]));
  const merges = wordMerges(words);
  if (merges === undefined) throw notExportable('no merges lead to all of its words');
  return { name, merges };
}

function notExportable(detail: string): Error {
  return userError(
    'tokenizer-not-exportable',
    `the tokenizer cannot be written to GGUF: ${detail}`,
    'Export the model as a Hugging Face directory.',
  );
}
