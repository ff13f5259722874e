import { type SampleQuery, sampleQuerySchema } from '../../../../api/samples.ts';
import { nextDown, nextUp } from './float-neighbour.ts';
import { readWords, unquoted, type Word } from './read-words.ts';

/** What is wrong with one word of a filter. */
export interface FilterMistake {
  readonly at: number;
  readonly word: string;
  readonly message: string;
}

/** The part of a query that the filter line says; order is said by the headers. */
export type SampleFilter = Omit<SampleQuery, 'sort' | 'desc'>;

/** Keys that take any value, as they stand before a colon. */
export const TEXT_KEYS = ['arm', 'family', 'audit', 'condition', 'probe', 'class'] as const;
const ONE_OF = {
  role: ['suspect', 'twin', 'positive-control'],
  kind: ['teacher', 'student'],
  is: ['scored', 'unscored', 'annotated', 'invalidated'],
} as const;

/** Every key, for messages and help. */
export const FILTER_KEYS = [...TEXT_KEYS, ...Object.keys(ONE_OF), 'score'];

const KEYED = /^(?<key>[a-z]+):(?<value>[^]*)$/u;
const SCORE = /^score(?<sign><=|>=|<|>|=|:)(?<number>[^]*)$/u;

type Change = SampleFilter | string;

/**
 * Reads `arm:X class:confess score<0.5 is:unscored word "some words"`. All of it must hold. Words
 * that are no filter are looked for in what was said. Wrong words are reported and left out.
 */
export function parseFilter(text: string): {
  readonly query: SampleFilter;
  readonly mistakes: readonly FilterMistake[];
} {
  const query: Record<string, string | number> = {};
  const mistakes: FilterMistake[] = [];
  const said: string[] = [];
  for (const word of readWords(text)) {
    const change = changeOf(word);
    if (change === undefined) said.push(word.text);
    else if (typeof change === 'string')
      mistakes.push({ at: word.at, word: word.text, message: change });
    else {
      for (const [name, value] of Object.entries(change)) {
        if (query[name] !== undefined)
          mistakes.push({ at: word.at, word: word.text, message: 'this is said twice' });
        else if (value !== undefined) query[name] = value;
      }
    }
  }
  if (said.length > 0) query.q = said.join(' ');
  return { query: sampleQuerySchema.parse(query), mistakes };
}

/** What a word adds to the query, why it cannot, or undefined where it is to be looked for. */
function changeOf({ text }: Word): Change | undefined {
  const score = SCORE.exec(text)?.groups;
  if (score !== undefined) return scoreChange(score.sign ?? '', score.number ?? '');
  const { key, value: given } = KEYED.exec(text)?.groups ?? {};
  if (key === undefined || given === undefined) return undefined;
  const value = unquoted(given);
  if (value === '') return `nothing stands after ${key}:`;
  const name = TEXT_KEYS.find((one) => one === key);
  if (name !== undefined) return { [name]: value };
  if (key === 'role' || key === 'kind' || key === 'is') return choice(key, value);
  return `there is no ${key}: to filter by; known are ${FILTER_KEYS.join(', ')}; put words in quotes`;
}

function choice(key: keyof typeof ONE_OF, value: string): Change {
  const known: readonly string[] = ONE_OF[key];
  if (!known.includes(value)) return `${key}: takes ${known.join(', ')}`;
  if (key !== 'is') return sampleQuerySchema.parse({ [key]: value });
  const name = value === 'scored' || value === 'unscored' ? 'status' : 'marked';
  return sampleQuerySchema.parse({ [name]: value });
}

function scoreChange(sign: string, text: string): Change {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (!Number.isFinite(value)) return 'a number must follow, as in score<0.5';
  if (sign === '<') return { max: nextDown(value) };
  if (sign === '>') return { min: nextUp(value) };
  if (sign === '<=') return { max: value };
  if (sign === '>=') return { min: value };
  return { min: value, max: value };
}
