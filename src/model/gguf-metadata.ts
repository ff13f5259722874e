import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { damaged, type GgufFile } from './gguf.ts';
import { listOf } from './schema-parts.ts';

/** Kinds of metadata values; 64-bit integers arrive as bigint. */
export const kind = {
  string: z.string(),
  integer: z.union([z.number(), z.bigint()]).transform(Number).pipe(z.number().int()),
  number: z.union([z.number(), z.bigint()]).transform(Number),
  strings: listOf(z.string()),
  integers: listOf(z.number().int()),
} as const;

/** A metadata value, or undefined when the key is absent; a value of another kind is damage. */
export function metadataValue<T>(
  file: GgufFile,
  key: string,
  schema: z.ZodType<T, unknown>,
): T | undefined {
  const value = Object.hasOwn(file.metadata, key) ? file.metadata[key] : undefined;
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(file.path, `metadata "${key}" is of the wrong kind`);
}

/** Like metadataValue, but absence is a user error that names the key. */
export function requireMetadata<T>(file: GgufFile, key: string, schema: z.ZodType<T, unknown>): T {
  const value = metadataValue(file, key, schema);
  if (value !== undefined) return value;
  throw userError(
    'gguf-metadata-missing',
    `${file.path} has no metadata "${key}"`,
    'Convert the model again with a current llama.cpp.',
  );
}
