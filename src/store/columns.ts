import { z } from 'zod';
import { type Json, type JsonObject, parseJson } from '../base/json.ts';

/** A TEXT column that holds JSON. */
export const jsonColumn = z.string().transform((text): Json => parseJson(text));

/** A JSON object among parsed JSON values. */
export const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

/** A TEXT column that holds a JSON object. */
export const jsonObjectColumn = jsonColumn.pipe(jsonObject);

/** A TEXT column that holds a JSON object of strings. */
export const stringRecordColumn = jsonColumn.pipe(z.record(z.string(), z.string()));

/** A count or identifier. */
export const integerColumn = z.int();

/**
 * JSON text of a value for a column. Model text may hold lone surrogates, which JSON.stringify
 * escapes and canonical JSON refuses. Throws TypeError on NaN and infinities rather than storing null.
 */
export function jsonText(value: Json): string {
  return JSON.stringify(value, (key, item: Json) => {
    if (typeof item === 'number' && !Number.isFinite(item)) {
      throw new TypeError(`not a JSON number at "${key}": ${item}`);
    }
    return item;
  });
}
