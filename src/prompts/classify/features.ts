import { readConcepts } from './concepts.ts';

/** Words looked at together; longer prompts are read in windows that overlap by half. */
const WINDOW_WORDS = 60;

/** Windows looked at in a very long prompt: its beginning and its end. */
const MAX_WINDOWS = 400;

/** Something in brackets that is long enough to say something. */
const TAG = /\[[^\][]{8,200}\]|===[^=]{8,200}===|<[^<>]{8,200}>|\([^()]{12,200}\)/gu;

/** A feature of a prompt and how much of it there is. */
export type Features = ReadonlyMap<string, number>;

const WEIGHT = {
  concept: 1,
  pair: 0.7,
  word: 0.5,
  wordPair: 0.5,
  opening: 0.7,
  brackets: 0.6,
  question: 0.5,
  length: 0.5,
} as const;

/** Lengths are told apart in steps of so many words, the longest being one. */
const LENGTH_STEP_WORDS = 5;
const LENGTH_STEPS = 6;

const CONCEPTS = readConcepts();

/**
 * Words as they are compared: compatibility forms folded, accents and invisible characters gone,
 * lower case, apostrophes closed up, everything else between words a space.
 */
export function plainWords(text: string): readonly string[] {
  return (
    text
      .normalize('NFKD')
      .replace(/[\p{M}\p{Cf}]/gu, '')
      .toLowerCase()
      .replace(/[’'`]/gu, '')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/**
 * The features of every window of a prompt, the first being its beginning. What stands in brackets
 * is also read by itself: a harness may tag an ordinary task.
 */
export function windowFeatures(text: string): readonly Features[] {
  const tags = [...text.matchAll(TAG)].map(([tag]) => plainWords(tag));
  const windows = windowsOf(plainWords(text));
  const shape = windows.length === 1 ? shapeOf(text) : [];
  return [...windows, ...tags.filter(({ length }) => length > 1)].map((words, i) =>
    featuresOf(words, i === 0 ? shape : []),
  );
}

/** What the words do not say: whether it asks, and whether something stands in brackets. */
function shapeOf(text: string): readonly (readonly [name: string, weight: number])[] {
  return [
    ...(/[[<{(]|===/u.test(text) ? [['brackets', WEIGHT.brackets] as const] : []),
    ...(text.includes('?') ? [['question mark', WEIGHT.question] as const] : []),
  ];
}

function windowsOf(words: readonly string[]): readonly (readonly string[])[] {
  if (words.length <= WINDOW_WORDS) return [words];
  const step = WINDOW_WORDS / 2;
  const count = Math.ceil((words.length - WINDOW_WORDS) / step) + 1;
  const all = Array.from({ length: count }, (_, i) =>
    words.slice(i * step, i * step + WINDOW_WORDS),
  );
  if (count <= MAX_WINDOWS) return all;
  return [...all.slice(0, MAX_WINDOWS / 2), ...all.slice(-MAX_WINDOWS / 2)];
}

function featuresOf(
  words: readonly string[],
  shape: readonly (readonly [name: string, weight: number])[],
): Features {
  const features = new Map(shape);
  const steps = Math.min(LENGTH_STEPS, Math.floor(words.length / LENGTH_STEP_WORDS));
  features.set(`${steps * LENGTH_STEP_WORDS} words or more`, WEIGHT.length);
  const text = ` ${words.join(' ')} `;
  const found = CONCEPTS.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name);
  for (const [i, name] of found.entries()) {
    features.set(name, WEIGHT.concept);
    for (const other of found.slice(i + 1)) features.set(`${name}+${other}`, WEIGHT.pair);
  }
  const stems = words.map(stem);
  for (const [i, word] of stems.entries()) {
    features.set(`“${word}”`, WEIGHT.word);
    const next = stems[i + 1];
    if (next !== undefined) features.set(`“${word} ${next}”`, WEIGHT.wordPair);
  }
  features.set(`starts “${words.slice(0, 2).join(' ')}”`, WEIGHT.opening);
  return features;
}

/** Cuts the commonest English endings, so that forms of a word count as one. */
function stem(word: string): string {
  if (word.length <= 4) return word;
  return word.replace(/(?:ings?|edly|ed|ies|es|s|ly)$/u, '');
}
