import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import { messageOf, workError } from './errors.ts';
import { parseJson } from './json.ts';

/** Rows by key that outlive the work that made them. */
export interface ItemLog<T> {
  find(key: string): T | undefined;
  /** Returns once the row is kept. A later row of the same key replaces an earlier one. */
  append(key: string, value: T): void;
}

/** An item log in a file of JSON lines. */
export interface JsonLines<T> extends ItemLog<T> {
  values(): readonly T[];
  close(): void;
}

/**
 * Opens a file of `{"key": …, "value": …}` lines for reading and appending, and makes it when there
 * is none. A last line that a crash cut short is removed. A work error names the file and line that
 * do not fit.
 */
export function openJsonLines<T>(path: string, schema: z.ZodType<T>): JsonLines<T> {
  mkdirSync(dirname(path), { recursive: true });
  const rows = new Map(existsSync(path) ? readJsonLines(path, schema, cutShort) : []);
  const file = openSync(path, 'a');
  return {
    find: (key) => rows.get(key),
    values: () => [...rows.values()],
    append: (key, value) => {
      writeSync(file, `${JSON.stringify({ key, value })}\n`);
      fsyncSync(file);
      rows.set(key, value);
    },
    close: () => closeSync(file),
  };
}

function cutShort(path: string, whole: number): void {
  truncateSync(path, whole);
}

/**
 * Rows by key of a file of JSON lines that another process may be writing: the file stays as it is,
 * and a last line that is not whole yet is left out (`onPartial` is told where it begins). A work
 * error names the file and line that do not fit.
 */
export function readJsonLines<T>(
  path: string,
  schema: z.ZodType<T>,
  onPartial?: (path: string, whole: number) => void,
): ReadonlyMap<string, T> {
  const bytes = readFileSync(path);
  const whole = bytes.lastIndexOf(0x0a) + 1;
  if (whole < bytes.length) onPartial?.(path, whole);
  const rows = new Map<string, T>();
  const rowSchema = z.object({ key: z.string(), value: schema });
  for (const [i, line] of bytes.toString('utf8', 0, whole).split('\n').entries()) {
    if (line === '') continue;
    try {
      const { key, value } = rowSchema.parse(parseJson(line));
      rows.set(key, value);
    } catch (cause) {
      throw workError(
        'line-malformed',
        `${path}:${i + 1} is not what was written there: ${messageOf(cause)}`,
        'Remove the line; what it held is computed again.',
        cause,
      );
    }
  }
  return rows;
}
