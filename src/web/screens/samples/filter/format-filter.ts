import { nextDown, nextUp } from './float-neighbour.ts';
import { parseFilter, type SampleFilter, TEXT_KEYS } from './parse-filter.ts';
import { quoted, quotedIfNeeded, readWords } from './read-words.ts';

/** The filter line that says this query; `parseFilter` reads it back. */
export function formatFilter(query: SampleFilter): string {
  const parts: string[] = [];
  for (const key of ['role', 'kind'] as const) {
    if (query[key] !== undefined) parts.push(`${key}:${query[key]}`);
  }
  for (const key of TEXT_KEYS) {
    const value = query[key];
    if (value !== undefined) parts.push(`${key}:${quotedIfNeeded(value)}`);
  }
  if (query.status !== undefined) parts.push(`is:${query.status}`);
  if (query.marked !== undefined) parts.push(`is:${query.marked}`);
  parts.push(...scoreParts(query));
  if (query.q !== undefined) parts.push(...readWords(query.q).map(({ text }) => sayable(text)));
  return parts.join(' ');
}

function scoreParts({ min, max }: SampleFilter): readonly string[] {
  if (min !== undefined && min === max) return [`score=${min}`];
  return [
    ...(min === undefined ? [] : [bound(min, nextDown(min), '>')]),
    ...(max === undefined ? [] : [bound(max, nextUp(max), '<')]),
  ];
}

/** `score<0.5` where the neighbour is the number that was written, else `score<=…`. */
function bound(value: number, neighbour: number, sign: string): string {
  const strict = Number.isFinite(neighbour) && String(neighbour).length < String(value).length;
  return strict ? `score${sign}${neighbour}` : `score${sign}=${value}`;
}

/** A word to look for, in quotes where it would be taken for a filter. */
function sayable(word: string): string {
  return parseFilter(word).query.q === word ? word : quoted(word);
}
