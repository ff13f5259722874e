import { parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet';
import { z } from 'zod';
import { messageOf, userError } from '../../base/errors.ts';
import type { PromptSource } from './prompt-source.ts';
import type { RawRow } from './read-prompts.ts';

const COLUMNS = ['prompt', 'messages', 'input', 'id', 'cluster', 'split'];

/** Rows decoded at once. */
const ROWS_AT_ONCE = 1_000;

/** Largest file: a row group may need all of it. */
const MAX_PARQUET_BYTES = 256 * 1024 * 1024;

/** Most rows in it: a few bytes can claim any number of them. */
const MAX_PARQUET_ROWS = 5_000_000;

const rowsSchema = z.array(z.record(z.string(), z.json()));

/** Rows of a Parquet file by number, 1-based. A user error when it cannot be decoded. */
export async function* parquetRows(source: PromptSource): AsyncGenerator<RawRow> {
  const { name, sizeBytes } = source;
  if (sizeBytes > MAX_PARQUET_BYTES) throw unreadable(name, `it has ${sizeBytes} bytes`);
  const file = {
    byteLength: sizeBytes,
    slice: async (start: number, end: number = sizeBytes) =>
      Uint8Array.from(await source.slice(start, end)).buffer,
  };
  const { metadata, columns, rows } = await opened(name, file);
  for (let from = 0; from < rows; from += ROWS_AT_ONCE) {
    const rowEnd = Math.min(rows, from + ROWS_AT_ONCE);
    let values: z.infer<typeof rowsSchema>;
    try {
      const read = await parquetReadObjects({ file, metadata, columns, rowStart: from, rowEnd });
      values = rowsSchema.parse(read.map(plain));
    } catch (cause) {
      throw unreadable(name, `rows ${from + 1} to ${rowEnd}: ${messageOf(cause)}`, cause);
    }
    for (const [i, value] of values.entries()) yield { line: from + i + 1, value };
  }
}

async function opened(name: string, file: Parameters<typeof parquetMetadataAsync>[0]) {
  try {
    const metadata = await parquetMetadataAsync(file);
    const named = parquetSchema(metadata).children.map(({ element }) => element.name);
    const columns = COLUMNS.filter((column) => named.includes(column));
    const rows = Number(metadata.num_rows);
    if (rows > MAX_PARQUET_ROWS) throw new Error(`it claims ${rows} rows`);
    return { metadata, columns, rows };
  } catch (cause) {
    throw unreadable(name, messageOf(cause), cause);
  }
}

function unreadable(name: string, why: string, cause?: unknown): Error {
  return userError(
    'prompts-unreadable',
    `${name} is not a Parquet file of prompts: ${why}`,
    'Compress it with Snappy or not at all, name a column prompt, messages or input, or write .jsonl.',
    cause,
  );
}

/** Without what JSON does not have. */
function plain(row: Record<string, unknown>): unknown {
  return JSON.parse(
    JSON.stringify(row, (_key, value: unknown) =>
      typeof value === 'bigint' ? Number(value) : value,
    ),
  );
}
