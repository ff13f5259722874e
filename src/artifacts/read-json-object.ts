import type { z } from 'zod';
import { messageOf, workError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';
import type { Objects } from '../store/types.ts';

/** Reads a stored JSON object through its schema; a work error names the object that does not fit. */
export function readJsonObject<T>(objects: Objects, digest: string, schema: z.ZodType<T>): T {
  const text = new TextDecoder().decode(objects.get(digest));
  try {
    return schema.parse(parseJson(text));
  } catch (cause) {
    throw workError(
      'object-malformed',
      `stored object ${digest} is not what was expected: ${messageOf(cause)}`,
      'Run `informant verify` on the store; it was written by another version or damaged.',
      cause,
    );
  }
}

/** Digest of the file an artifact must have under `name`; a work error when it has none. */
export function fileOf(
  artifact: { readonly kind: string; readonly files: Readonly<Record<string, string>> },
  name: string,
): string {
  const digest = artifact.files[name];
  if (digest === undefined) {
    throw workError('artifact-incomplete', `artifact ${artifact.kind} has no file "${name}"`);
  }
  return digest;
}
