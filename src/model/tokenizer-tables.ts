import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { parseWith } from './read-json-file.ts';

/** Largest id: four times the largest vocabulary in use; arrays are as long as the largest id. */
const MAX_TOKEN_ID = 1_000_000;

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

const schema = z.looseObject({
  model: z.discriminatedUnion('type', [
    z.looseObject({
      type: z.literal('BPE'),
      vocab: vocabulary,
      merges: z.array(z.union([z.string(), z.tuple([z.string(), z.string()])])),
    }),
    z.looseObject({ type: z.literal('WordPiece'), vocab: vocabulary }),
    z.looseObject({
      type: z.literal('Unigram'),
      vocab: z.array(z.tuple([z.string(), z.number()])).max(MAX_TOKEN_ID),
    }),
  ]),
  added_tokens: z
    .array(z.looseObject({ id: tokenId, content: z.string(), special: z.boolean().default(false) }))
    .default([]),
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
  if (model.type === 'Unigram') model.vocab.forEach(([token], id) => add(id, token));
  else {
    for (const [token, id] of Object.entries(model.vocab)) {
      add(parseWith(`${path}: the id of ${JSON.stringify(token)}`, tokenId, id), token);
    }
  }
  for (const { id, content } of added) add(id, content);
  return {
    tokens: [...byId],
    merges:
      model.type === 'BPE'
        ? model.merges.map((merge) => (typeof merge === 'string' ? merge : merge.join(' ')))
        : [],
    added: added.map(({ id, content, special }) => ({ id, content, special })),
  };
}
