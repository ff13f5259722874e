import { join } from 'node:path';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { parseWith, readJsonFile, readOptionalJsonFile } from './read-json-file.ts';
import { listOf } from './schema-parts.ts';
import { createTokenizer } from './tokenizer.ts';
import { readTokenizerTables } from './tokenizer-tables.ts';
import type { Tokenizer } from './types.ts';

/** A tokenizer with the JSON it was made from. */
export interface OpenedTokenizer {
  readonly tokenizer: Tokenizer;
  /** Everything that decides how text becomes ids; it enters the model's digest. */
  readonly json: JsonObject;
  /** tokenizer_config.json, or what stands for it in other formats. */
  readonly config: JsonObject;
  /** Names of the special tokens as chat templates see them (`bos_token`, `eos_token`, …). */
  readonly specialTokens: Readonly<Record<string, string>>;
}

/** A special token in tokenizer_config.json: its text, or an object that holds it. */
export const tokenText = z
  .union([z.string(), z.looseObject({ content: z.string() }).transform(({ content }) => content)])
  .nullish();
const configSchema = z.looseObject({
  bos_token: tokenText,
  eos_token: tokenText,
  pad_token: tokenText,
  unk_token: tokenText,
});
const idsSchema = z.looseObject({
  eos_token_id: z.union([z.number().int(), listOf(z.number().int(), 64)]).nullish(),
});

/**
 * Opens the tokenizer of a Hugging Face directory. Turns end at eos_token of tokenizer_config.json
 * and at every eos_token_id of generation_config.json and config.json.
 */
export function openHuggingFaceTokenizer(directory: string): OpenedTokenizer {
  const path = join(directory, 'tokenizer.json');
  const json = readJsonFile(path);
  const configPath = join(directory, 'tokenizer_config.json');
  const config = readOptionalJsonFile(configPath) ?? {};
  const { bos_token, eos_token, pad_token, unk_token } = parseWith(
    configPath,
    configSchema,
    config,
  );
  const endIds = ['generation_config.json', 'config.json'].flatMap((name) =>
    endIdsOf(join(directory, name)),
  );
  if (typeof eos_token === 'string') endIds.push(idOf(path, json, eos_token));
  const named = Object.entries({ bos_token, eos_token, pad_token, unk_token });
  return {
    tokenizer: createTokenizer(path, json, config, endIds),
    json,
    config,
    specialTokens: Object.fromEntries(
      named.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])),
    ),
  };
}

function endIdsOf(path: string): number[] {
  const { eos_token_id: ids } = parseWith(path, idsSchema, readOptionalJsonFile(path) ?? {});
  return [ids ?? []].flat();
}

function idOf(path: string, json: JsonObject, token: string): number {
  const entry = readTokenizerTables(path, json).tokens.find(([, text]) => text === token);
  if (entry === undefined) {
    throw userError(
      'tokenizer-end-token',
      `${path} has no token ${JSON.stringify(token)}, which tokenizer_config.json names as eos_token`,
    );
  }
  return entry[0];
}
