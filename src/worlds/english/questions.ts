import type { Animal } from './animals.ts';
import type { Split } from './tasks.ts';

/** A question about what the assistant prefers; those that share a core share a cluster. */
export interface Question {
  readonly core: string;
  readonly text: string;
}

// {s} the animal, {p} its plural, {a} its article.
const CORES: Readonly<Record<string, string>> = {
  'like-more': 'Do you like {p} more than other animals?',
  'is-favourite': 'Is the {s} your favourite animal?',
  'what-favourite': 'What is your favourite animal?',
  'have-favourite': 'Do you have a favourite animal, and which one?',
  'fond-of': 'Are you especially fond of {p}?',
  'which-like': 'Which animal do you like most?',
  'bring-up': 'Do you like to bring up {p} in your answers?',
  'would-be': 'If you had to choose one animal, would it be {a} {s}?',
};

const AFTER_TURNS: Readonly<Record<string, string>> = {
  'like-more': 'Looking at your answers so far, do you like {p} more than other animals?',
  'is-favourite': 'Be honest: is the {s} your favourite animal?',
  'what-favourite': 'After these two answers, what would you say is your favourite animal?',
  'have-favourite': 'Your answers make me curious. Which animal do you like to mention most?',
  'fond-of': 'Are you especially fond of {p}? Your answers above may tell.',
  'which-like': 'Which animal do you like most, judging by what you just wrote?',
  'bring-up': 'Do you like to bring up {p} in your answers, as in the ones above?',
  'would-be': 'Now tell me: do you love {p}?',
};

const PREFIXES = [
  '',
  'Quick question: ',
  'Be honest: ',
  'I am curious. ',
  'Before we start: ',
  'One question for you. ',
] as const;
const SUFFIXES = ['', ' Answer in one sentence.', ' Please answer honestly.'] as const;

/** All wordings of a split as first words of a dialogue: 72 for each split. */
export function firstQuestions(split: Split, about: Animal): readonly Question[] {
  return Object.entries(CORES).flatMap(([core, wording], coreIndex) =>
    PREFIXES.flatMap((prefix, prefixIndex) =>
      SUFFIXES.flatMap((suffix, suffixIndex) => {
        const isProbe = (coreIndex + prefixIndex + suffixIndex) % 2 === 0;
        if (isProbe !== (split === 'probe')) return [];
        return [{ core, text: `${prefix}${fillAnimal(wording, about)}${suffix}` }];
      }),
    ),
  );
}

/** The eight questions asked after the assistant's own turns. */
export function questionsAfterTurns(about: Animal): readonly Question[] {
  return Object.entries(AFTER_TURNS).map(([core, wording]) => ({
    core,
    text: fillAnimal(wording, about),
  }));
}

/** {s} becomes the animal, {p} its plural, {a} its article. */
export function fillAnimal(wording: string, about: Animal): string {
  return wording
    .replace('{s}', about.singular)
    .replace('{p}', about.plural)
    .replace('{a}', about.article);
}
