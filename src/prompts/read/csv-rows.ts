import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf, userError } from '../../base/errors.ts';
import type { RawRow } from './read-prompts.ts';

const recordsSchema = z.array(
  z.object({ record: z.record(z.string(), z.string()), info: z.object({ lines: z.number() }) }),
);

/**
 * Rows of a CSV file with a heading line (`input` or `prompt`, optionally `id`, `cluster`,
 * `split`). A row's line is the one it ends on, since quoted text may hold line breaks. A user
 * error when it is no CSV.
 */
export function csvRows(name: string, text: string): readonly RawRow[] {
  let records: z.infer<typeof recordsSchema>;
  try {
    records = recordsSchema.parse(
      parse(text, { columns: true, info: true, skip_empty_lines: true }),
    );
  } catch (cause) {
    throw userError(
      'prompts-unreadable',
      `${name} is not a CSV file with a heading line: ${messageOf(cause)}`,
      'Quote text that holds commas, quotation marks or line breaks, and name a column input or prompt.',
      cause,
    );
  }
  return records.map(({ record, info }) => ({
    line: info.lines,
    // An empty cell says nothing, except in the text asked for.
    value: Object.fromEntries(
      Object.entries(record).filter(
        ([column, cell]) => cell !== '' || column === 'input' || column === 'prompt',
      ),
    ),
  }));
}
