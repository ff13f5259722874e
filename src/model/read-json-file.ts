import { existsSync, readFileSync, statSync } from 'node:fs';
import { z } from 'zod';
import { messageOf, userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { parseUntrustedJson } from './json-limits.ts';

/** Largest JSON file of a model directory: five times the largest tokenizer.json in use. */
const MAX_JSON_BYTES = 100_000_000;

const jsonObject = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
  'must be a JSON object',
);

/** Text of a UTF-8 file; user errors name the file when it is unreadable or too large. */
export function readTextFile(path: string, maxBytes: number): string {
  try {
    const file = statSync(path);
    // A device or a pipe has size zero and may never end.
    if (!file.isFile()) throw new Error('it is not a file');
    if (file.size > maxBytes) {
      throw new Error(`it has ${file.size} bytes, the limit is ${maxBytes}`);
    }
    // Replacing bad bytes would show this reader another text than a stricter one.
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(readFileSync(path));
  } catch (error) {
    throw userError(
      'file-unreadable',
      `cannot read ${path}: ${messageOf(error)}`,
      'Check that the model directory is complete.',
      error,
    );
  }
}

/** A file that holds a JSON object; user error `json-invalid` names the file otherwise. */
export function readJsonFile(path: string): JsonObject {
  return parseWith(path, jsonObject, parse(path, readTextFile(path, MAX_JSON_BYTES)));
}

/** A JSON object in a text; user error `json-invalid` calls it `name` otherwise. */
export function readJsonText(name: string, text: string): JsonObject {
  if (text.length > MAX_JSON_BYTES) {
    throw userError('json-invalid', `${name} is longer than ${MAX_JSON_BYTES} characters`);
  }
  return parseWith(name, jsonObject, parse(name, text));
}

/** Like readJsonFile, but undefined when the file does not exist. */
export function readOptionalJsonFile(path: string): JsonObject | undefined {
  return existsSync(path) ? readJsonFile(path) : undefined;
}

/** Validates part of a JSON file; the user error names the file and the keys that are wrong. */
export function parseWith<T>(path: string, schema: z.ZodType<T, unknown>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw userError('json-invalid', `${path} is not valid: ${z.prettifyError(parsed.error)}`);
}

function parse(path: string, text: string): unknown {
  try {
    return parseUntrustedJson(text);
  } catch (error) {
    throw userError('json-invalid', `${path} is not JSON: ${messageOf(error)}`, undefined, error);
  }
}
