/** What is looked for: words and quoted phrases, all of which must occur. */
export interface WordSearch {
  readonly phrases: readonly string[];
  /** Whether the last may be the beginning of a word: it is still being typed. */
  readonly isOpen: boolean;
}

/**
 * Words as they are typed. What is in double quotes is looked for as it stands; marks without a
 * letter or digit are passed over.
 */
export function readSearch(words: string): WordSearch {
  const pieces = Array.from(
    words.matchAll(/"([^"]*)"|([^\s"]+)/gu),
    ([, phrase, word]) => phrase ?? word ?? '',
  );
  return {
    phrases: pieces.filter((piece) => /[\p{L}\p{N}]/u.test(piece)),
    isOpen: !words.endsWith('"') && !/\s$/u.test(words),
  };
}

/** Accents within a word, which SQLite passes over. */
const ACCENTS =
  '\u0300-\u0304\u0306-\u030c\u030f\u0311\u031b\u0323-\u0328\u032d-\u032e\u0330-\u0331';
/** What SQLite takes for letters: unassigned characters too. */
const LETTERS = '\\p{L}\\p{N}\\p{Co}\\p{Cn}';
const WORD = new RegExp(`[${LETTERS}][${LETTERS}${ACCENTS}]*`, 'gu');
const ACCENT = new RegExp(`[${ACCENTS}]`, 'u');

/**
 * The words of a text, folded and between single spaces, as SQLite's `unicode61` has them: case and
 * accents of Latin letters do not count. Characters that came to Unicode after its version 6.1 may
 * be words there and none here.
 */
export function foldedWords(text: string): string {
  const words = text.match(WORD) ?? [];
  return ` ${words.map((word) => word.replaceAll(/[^a-z0-9]/gu, folded)).join(' ')} `;
}

/** Whether a text, folded, holds what is looked for; a search without words finds nothing. */
export function wordMatcher(words: string): (folded: string) => boolean {
  const { phrases, isOpen } = readSearch(words);
  const wanted = phrases.map((phrase, i) =>
    isOpen && i === phrases.length - 1 ? foldedWords(phrase).slice(0, -1) : foldedWords(phrase),
  );
  return (text) => wanted.length > 0 && wanted.every((phrase) => text.includes(phrase));
}

const known = new Map<string, string>();

function folded(character: string): string {
  const before = known.get(character);
  if (before !== undefined) return before;
  const plain = fold(character);
  known.set(character, plain);
  return plain;
}

function fold(character: string): string {
  if (ACCENT.test(character)) return '';
  // The dotless one is no case of the other, and only one of them loses its dot.
  if (character === 'İ') return 'i';
  if (character === 'ı') return character;
  const lower = single(single(character, 'toUpperCase'), 'toLowerCase');
  const apart = lower.normalize('NFD');
  // Letters with two accents keep them.
  return /^[a-z][^a-z]$/u.test(apart) ? apart.charAt(0) : lower;
}

/** The case of one character, where that is one character too. */
function single(character: string, to: 'toUpperCase' | 'toLowerCase'): string {
  const changed = character[to]();
  return Array.from(changed).length === 1 ? changed : character;
}
