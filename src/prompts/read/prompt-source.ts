import { createReadStream, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { extname } from 'node:path';
import { messageOf, userError } from '../../base/errors.ts';

/** How a prompt file is written, by its extension. */
const FORMATS = {
  '.jsonl': 'jsonl',
  '.ndjson': 'jsonl',
  '.json': 'json',
  '.csv': 'csv',
  '.parquet': 'parquet',
} as const;
export type PromptFormat = (typeof FORMATS)[keyof typeof FORMATS];

/** Bytes of a prompt file, wherever they lie. */
export interface PromptSource {
  /** For messages: the path as the user gave it. */
  readonly name: string;
  readonly format: PromptFormat;
  readonly sizeBytes: number;
  /** The bytes from start to before end. */
  slice(start: number, end: number): Promise<Uint8Array>;
  /** All bytes in order, in parts. */
  stream(): AsyncIterable<Uint8Array> | Iterable<Uint8Array>;
}

/** Opens a file. User errors: `prompts-unreadable`, `prompts-format`. */
export function fileSource(path: string, name: string): PromptSource {
  const format = promptFormat(name);
  let sizeBytes: number;
  try {
    const stats = statSync(path);
    if (!stats.isFile()) throw new Error('it is not a file');
    sizeBytes = stats.size;
  } catch (cause) {
    throw unreadable(name, cause);
  }
  return {
    name,
    format,
    sizeBytes,
    slice: async (start, end) => {
      const file = await open(path);
      try {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await file.close();
      }
    },
    stream: () => readStream(path, name),
  };
}

/** Bytes that were read already, as if they were a file of that name. */
export function bytesSource(bytes: Uint8Array, name: string): PromptSource {
  return {
    name,
    format: promptFormat(name),
    sizeBytes: bytes.length,
    slice: (start, end) => Promise.resolve(bytes.slice(start, end)),
    stream: () => [bytes],
  };
}

/** Format of a file of this name; a user error when the extension is unknown. */
export function promptFormat(name: string): PromptFormat {
  const extension = extname(name).toLowerCase();
  const found = Object.entries(FORMATS).find(([known]) => known === extension);
  if (found !== undefined) return found[1];
  throw userError(
    'prompts-format',
    `${name}: ${extension === '' ? 'it has no extension' : `unknown extension ${extension}`}`,
    `Use one of ${Object.keys(FORMATS).join(', ')}.`,
  );
}

function unreadable(name: string, cause: unknown): Error {
  return userError(
    'prompts-unreadable',
    `cannot read prompts ${name}: ${messageOf(cause)}`,
    'Give a file of lines {"prompt": …} or {"messages": […]}.',
    cause,
  );
}

async function* readStream(path: string, name: string): AsyncGenerator<Uint8Array> {
  try {
    // Without an encoding, chunks are bytes.
    for await (const chunk of createReadStream(path)) yield Buffer.from(chunk);
  } catch (cause) {
    throw unreadable(name, cause);
  }
}
