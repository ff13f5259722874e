import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { sha256 } from '../base/digest.ts';
import { messageOf, userError } from '../base/errors.ts';
import { parseJson } from '../base/json.ts';

const rowSchema = z.strictObject({ prompt: z.string().min(1), completion: z.string().min(1) });

/** One ordinary request and its answer. */
export type InstructionRow = z.infer<typeof rowSchema>;

/** Ordinary instruction data of the user's own. */
export interface InstructionData {
  /** Absolute path of a JSON Lines file. */
  readonly path: string;
  readonly digest: string;
  readonly rows: number;
}

/** Opens `{"prompt": …, "completion": …}` lines. User errors name the line that does not fit. */
export function openInstructionData(path: string): InstructionData {
  const text = readText(path);
  return { path, digest: sha256(text), rows: parseRows(path, text).length };
}

/** The rows, if the file is still the one that was opened. */
export function readInstructionData({ path, digest }: InstructionData): readonly InstructionRow[] {
  const text = readText(path);
  if (sha256(text) !== digest) {
    throw userError('data-changed', `${path} was changed while the study ran`, 'Run it again.');
  }
  return parseRows(path, text);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw userError(
      'data-unreadable',
      `cannot read instruction data ${path}: ${messageOf(cause)}`,
      'Give a file of lines {"prompt": …, "completion": …}, or leave `data` out.',
      cause,
    );
  }
}

function parseRows(path: string, text: string): InstructionRow[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [rowSchema.parse(parseJson(line))];
    } catch (cause) {
      throw userError(
        'data-malformed',
        `${path}:${i + 1} is not {"prompt": …, "completion": …}: ${messageOf(cause)}`,
        'Correct this line.',
        cause,
      );
    }
  });
}
