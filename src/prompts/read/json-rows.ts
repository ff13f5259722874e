import { messageOf, userError } from '../../base/errors.ts';
import { type Json, parseJson } from '../../base/json.ts';
import type { RawRow } from './read-prompts.ts';

/** Rows of a JSON array, each with the line it begins on. A user error when it is none. */
export function jsonRows(name: string, text: string): readonly RawRow[] {
  let value: Json;
  try {
    value = parseJson(text);
  } catch (cause) {
    throw notAnArray(name, messageOf(cause));
  }
  if (!Array.isArray(value)) throw notAnArray(name, 'it holds something else');
  const lines = elementLines(text);
  return value.map((element: Json, i) => ({ line: lines[i] ?? 1, value: element }));
}

function notAnArray(name: string, why: string): Error {
  return userError(
    'prompts-unreadable',
    `${name} is not a JSON array of rows: ${why}`,
    'Write [{"input": …}, …], or one row a line in a .jsonl file.',
  );
}

/** Line on which each element of the outermost array of valid JSON begins. */
function elementLines(text: string): readonly number[] {
  const found: number[] = [];
  let line = 1;
  let depth = 0;
  let inString = false;
  let expecting = true;
  for (let i = 0; i < text.length; i++) {
    const character = text[i]!;
    if (character === '\n') line++;
    if (inString) {
      if (character === '\\') i++;
      else if (character === '"') inString = false;
      continue;
    }
    if (/\s/.test(character)) continue;
    if (depth === 1 && expecting && character !== ']') {
      found.push(line);
      expecting = false;
    }
    if (character === '"') inString = true;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    else if (character === ',' && depth === 1) expecting = true;
  }
  return found;
}
