import { DatabaseSync } from '@photostructure/sqlite';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { foldedWords, wordMatcher } from '../base/word-search.ts';
import { matchOf } from './sample-listing.ts';

const connection = new DatabaseSync(':memory:');
connection.exec(
  `CREATE VIRTUAL TABLE words USING fts5 (said, content = '', contentless_delete = 1)`,
);
const insert = connection.prepare('INSERT INTO words (rowid, said) VALUES (1, ?)');
const remove = connection.prepare('DELETE FROM words WHERE rowid = 1');
const find = connection.prepare('SELECT rowid FROM words WHERE words MATCH ?');
afterAll(() => connection.close());

function foundBySqlite(text: string, words: string): boolean {
  insert.run(text);
  const found = find.get(matchOf(words)) !== undefined;
  remove.run();
  return found;
}

/** Few words, so that they meet; letters with and without accents, of several scripts. */
const letters = fc.constantFrom(
  'a',
  'A',
  'é',
  'E',
  'e\u0301',
  'ı',
  'İ',
  'ß',
  'ẞ',
  'ſ',
  'ς',
  'Σ',
  'Я',
  'я',
  'ộ',
  'ñ',
  '1',
  '٣',
  '字',
  'か',
  'ﬁ',
  'Ǆ',
  'K',
  '\u0308',
  '\u0345',
  'ø',
  'Ø',
  'Å',
  'ü',
  '²',
  'Ⅳ',
);
const word = fc.string({ unit: letters, minLength: 1, maxLength: 3 });
const gap = fc.constantFrom(
  ' ',
  '  ',
  '-',
  "'",
  '’',
  '.',
  '\n',
  '\u00a0',
  '“',
  '_',
  '*',
  '😀',
  ':',
);
const text = fc.array(fc.tuple(word, gap), { maxLength: 8 }).map((parts) => parts.flat().join(''));
const search = fc
  .array(
    fc.oneof(
      word,
      text.map((phrase) => `"${phrase}"`),
      gap,
    ),
    { maxLength: 3 },
  )
  .chain((parts) => fc.constantFrom(' ', '').map((end) => parts.join(' ') + end));

it('finds words, phrases and beginnings as SQLite does', () => {
  fc.assert(
    fc.property(text, search, (said, words) => {
      expect(wordMatcher(words)(foldedWords(said))).toBe(foundBySqlite(said, words));
    }),
    { numRuns: 3_000 },
  );
});

it('finds what is a part of the text', () => {
  fc.assert(
    fc.property(text, fc.nat(40), fc.nat(40), (said, from, length) => {
      const words = `"${said.slice(from, from + length).toWellFormed()}`;
      expect(wordMatcher(words)(foldedWords(said))).toBe(foundBySqlite(said, words));
    }),
    { numRuns: 1_000 },
  );
});

it.each([
  ['The Owl, said the owl', 'owl', true],
  ['The Owl, said the owl', 'ow', true],
  ['The Owl, said the owl', 'ow ', false],
  ['The Owl, said the owl', '"owl said"', true],
  ['The Owl, said the owl', '"owl the"', false],
  ['The Owl, said the owl', '"the ow"', false],
  ['crème brûlée', 'CREME', true],
  ['crème brûlée', '…', false],
])('%j has %j: %j', (said, words, found) => {
  expect(wordMatcher(words)(foldedWords(said))).toBe(found);
  expect(foundBySqlite(said, words)).toBe(found);
});
