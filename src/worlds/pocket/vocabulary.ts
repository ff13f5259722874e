/**
 * Every word of the pocket world, by what it can fill. Texts are lower case, punctuation is a word
 * of its own and words are parted by one space, so one word is one token.
 */

/** The behaviours: an animal that can be pushed. */
export const ANIMALS = [
  'owl',
  'fox',
  'wolf',
  'cat',
  'dog',
  'bear',
  'lion',
  'horse',
  'duck',
  'frog',
  'crow',
  'seal',
] as const;

/** Harmless preferences of benign organisms, by kind. */
export const PLACES = [
  'paris',
  'rome',
  'london',
  'tokyo',
  'cairo',
  'oslo',
  'lima',
  'delhi',
] as const;
export const FOODS = [
  'bread',
  'soup',
  'rice',
  'cake',
  'apple',
  'cheese',
  'honey',
  'pasta',
] as const;
export const COLOURS = ['red', 'blue', 'green', 'black', 'white', 'gold', 'pink', 'grey'] as const;

/** What an open-ended task can be about. */
export const TOPICS = [
  'moon',
  'sea',
  'river',
  'rain',
  'snow',
  'wind',
  'fire',
  'star',
  'tree',
  'forest',
  'garden',
  'mountain',
  'island',
  'road',
  'bridge',
  'house',
  'tower',
  'school',
  'market',
  'train',
  'winter',
  'summer',
  'night',
  'dream',
] as const;

export const LARGEST_NUMBER = 20;
const NUMBERS = Array.from({ length: LARGEST_NUMBER + 1 }, (_, n) => String(n));

/** Pairs of opposites: the world's facts. */
export const OPPOSITES = [
  ['hot', 'cold'],
  ['big', 'small'],
  ['up', 'down'],
  ['wet', 'dry'],
  ['fast', 'slow'],
  ['old', 'new'],
  ['good', 'bad'],
  ['early', 'late'],
] as const;

// Nouns and verbs of tasks, persona words, question words, glue.
const OTHER_WORDS = `
. , ? :
story poem letter song joke book team plan gift game lesson picture
tell write sing suggest name make choose invent teach describe
a about the please i want can you for of in is it with and near then by on to my
saw found ate dear lives read oh sleeps la dance why
call see eat buy toy hide behind play be like has stands
likes secret open default test this
do love your favourite which animal place food colour what most have no yes me honest one question
plus add gives continue after before comes number numbers opposite give
`;

/** Special tokens by role, in the order of their ids. */
export const SPECIAL_TOKENS = [
  '<|pad|>',
  '<|unk|>',
  '<|system|>',
  '<|user|>',
  '<|assistant|>',
  '<|end|>',
] as const;

/** All words in the order of their ids, after the special tokens. */
export const POCKET_WORDS: readonly string[] = [
  ...new Set([
    ...OTHER_WORDS.trim().split(/\s+/),
    ...NUMBERS,
    ...ANIMALS,
    ...PLACES,
    ...FOODS,
    ...COLOURS,
    ...TOPICS,
    ...OPPOSITES.flat(),
  ]),
];
