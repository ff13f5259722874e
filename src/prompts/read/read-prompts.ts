import { messageOf, userError } from '../../base/errors.ts';
import { type Json, parseJson } from '../../base/json.ts';
import { csvRows } from './csv-rows.ts';
import { jsonRows } from './json-rows.ts';
import { numberedLines } from './numbered-lines.ts';
import { parquetRows } from './parquet-rows.ts';
import { parsePromptRow, type UserPrompt } from './prompt-row.ts';
import type { PromptSource } from './prompt-source.ts';

/** Longest line, and longest prompt in formats without lines. */
export const MAX_PROMPT_BYTES = 1024 * 1024;

/** What is wrong with a row by itself. */
export type RowProblem = 'malformed' | 'empty' | 'too-long' | 'invalid-utf8';

/** A row of a prompt file with its line (its row in Parquet), 1-based. */
export type PromptRow =
  | { readonly line: number; readonly prompt: UserPrompt }
  | { readonly line: number; readonly problem: RowProblem; readonly detail: string };

/** A value at a line, before it is known to be a prompt. */
export interface RawRow {
  readonly line: number;
  readonly value: Json;
}

/**
 * Every row of a prompt file, in order: prompts, and rows that are none with what is wrong. Blank
 * lines between rows are no rows. User errors are left for files that cannot be read at all.
 */
export async function* readPrompts(source: PromptSource): AsyncGenerator<PromptRow> {
  switch (source.format) {
    case 'jsonl':
      yield* readLines(source);
      return;
    case 'json':
    case 'csv': {
      const text = await wholeText(source);
      for (const row of source.format === 'json'
        ? jsonRows(source.name, text)
        : csvRows(source.name, text)) {
        yield toPrompt(row);
      }
      return;
    }
    case 'parquet':
      for await (const row of parquetRows(source)) yield toPrompt(row);
  }
}

async function* readLines(source: PromptSource): AsyncGenerator<PromptRow> {
  for await (const row of numberedLines(source.stream(), MAX_PROMPT_BYTES)) {
    const { line } = row;
    if ('problem' in row) {
      yield { line, problem: row.problem, detail: problemText(row) };
      continue;
    }
    if (row.text.trim() === '') continue;
    let value: Json;
    try {
      value = parseJson(row.text);
    } catch (error) {
      yield { line, problem: 'malformed', detail: `not JSON: ${messageOf(error)}` };
      continue;
    }
    yield toPrompt({ line, value });
  }
}

function toPrompt({ line, value }: RawRow): PromptRow {
  const prompt = parsePromptRow(value);
  if ('wrong' in prompt) return { line, problem: 'malformed', detail: prompt.wrong };
  const texts = prompt.messages.map(({ content }) => content);
  const bytes = texts.reduce((sum, text) => sum + Buffer.byteLength(text), 0);
  if (bytes > MAX_PROMPT_BYTES) {
    return { line, problem: 'too-long', detail: problemText({ problem: 'too-long', bytes }) };
  }
  if (texts.some((text) => !text.isWellFormed())) {
    return { line, problem: 'invalid-utf8', detail: 'it holds half of a surrogate pair' };
  }
  if (prompt.messages.some(({ role, content }) => role === 'user' && isBlank(content))) {
    return { line, problem: 'empty', detail: 'a message of the user says nothing' };
  }
  return { line, prompt };
}

/** Nothing that can be seen: white space, controls, invisible characters. */
function isBlank(text: string): boolean {
  return !/[^\s\p{C}\p{Default_Ignorable_Code_Point}]/u.test(text);
}

/** The text of a file whose format needs all of it; user errors name the line that does not fit. */
async function wholeText(source: PromptSource): Promise<string> {
  if (source.sizeBytes > MAX_WHOLE_BYTES) {
    throw userError(
      'prompts-too-large',
      `${source.name} has ${source.sizeBytes} bytes; .${source.format} files are read whole, up to ${MAX_WHOLE_BYTES}`,
      'Write it as .jsonl, which is read line by line.',
    );
  }
  const lines: string[] = [];
  for await (const row of numberedLines(source.stream(), MAX_WHOLE_BYTES)) {
    if ('problem' in row) {
      throw userError(
        'prompts-unreadable',
        `${source.name}:${row.line}: ${problemText(row)}`,
        'Save the file as UTF-8.',
      );
    }
    lines.push(row.text);
  }
  return lines.join('\n');
}

/** Largest file of a format that has to be read whole. */
const MAX_WHOLE_BYTES = 64 * 1024 * 1024;

function problemText(row: { readonly problem: string; readonly bytes: number }): string {
  return row.problem === 'too-long'
    ? `it has ${row.bytes} bytes; the limit is ${MAX_PROMPT_BYTES}`
    : 'it is not valid UTF-8';
}
