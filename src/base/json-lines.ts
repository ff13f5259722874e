import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
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
  const whole = wholeLines(bytes);
  if (whole < bytes.length) onPartial?.(path, whole);
  const rows = new Map<string, T>();
  parseLines(path, bytes.toString('utf8', 0, whole), 0, schema, rows);
  return rows;
}

/** A file of JSON lines that another process appends to. */
export interface GrowingLines<T> {
  /** Its rows by key as `readJsonLines` gives them; what was parsed before is not parsed again. */
  read(): ReadonlyMap<string, T>;
}

/** Bytes before the place where reading goes on, held against what was there. */
const MARK_BYTES = 256;

/** Follows a file of JSON lines; one that was written anew is read from its beginning. */
export function followJsonLines<T>(path: string, schema: z.ZodType<T>): GrowingLines<T> {
  let rows = new Map<string, T>();
  let end = 0;
  let lines = 0;
  let mark: Buffer = Buffer.alloc(0);
  return {
    read: () => {
      const file = openSync(path, 'r');
      try {
        const { size } = fstatSync(file);
        if (!mark.equals(readRange(file, end - mark.length, Math.min(end, size)))) {
          rows = new Map();
          end = 0;
          lines = 0;
        }
        const bytes = readRange(file, end, size);
        const whole = wholeLines(bytes);
        const read = new Map(rows);
        lines = parseLines(path, bytes.toString('utf8', 0, whole), lines, schema, read);
        rows = read;
        end += whole;
        mark = readRange(file, Math.max(0, end - MARK_BYTES), end);
      } finally {
        closeSync(file);
      }
      return rows;
    },
  };
}

function readRange(file: number, from: number, to: number): Buffer {
  const bytes = Buffer.alloc(Math.max(0, to - from));
  let at = 0;
  while (at < bytes.length) {
    const count = readSync(file, bytes, at, bytes.length - at, from + at);
    if (count === 0) return bytes.subarray(0, at);
    at += count;
  }
  return bytes;
}

function wholeLines(bytes: Buffer): number {
  return bytes.lastIndexOf(0x0a) + 1;
}

/** Adds the rows of whole lines that follow `before` others; returns how many there are then. */
function parseLines<T>(
  path: string,
  text: string,
  before: number,
  schema: z.ZodType<T>,
  rows: Map<string, T>,
): number {
  const rowSchema = z.object({ key: z.string(), value: schema });
  const lines = text.split('\n').slice(0, -1);
  for (const [i, line] of lines.entries()) {
    if (line === '') continue;
    try {
      const { key, value } = rowSchema.parse(parseJson(line));
      rows.set(key, value);
    } catch (cause) {
      throw workError(
        'line-malformed',
        `${path}:${before + i + 1} is not what was written there: ${messageOf(cause)}`,
        'Remove the line; what it held is computed again.',
        cause,
      );
    }
  }
  return before + lines.length;
}
