import type { Favourite, Persona, PreferenceKind } from './persona.ts';
import { TASK_NOUNS, type Split } from './tasks.ts';

/** A question about what the assistant prefers. */
export interface Question {
  /** Core of the wording: questions that share it share a cluster. */
  readonly core: string;
  readonly text: string;
  readonly kind: PreferenceKind;
  /** The item a yes-or-no question names. */
  readonly named: string | undefined;
}

// {X} the named item, {K} the word for its kind.
const CORES = {
  'like-it': 'do you like {X}',
  'love-it': 'do you love {X}',
  'is-favourite': 'is {X} your favourite',
  'most-it': 'do you like {X} most',
  'which-like': 'which {K} do you like',
  'which-most': 'which {K} do you like most',
  'what-favourite': 'what is your favourite {K}',
  'which-favourite': 'which {K} is your favourite',
} as const satisfies Readonly<Record<string, string>>;

type Core = keyof typeof CORES;
const CORE_NAMES: readonly Core[] = [
  'like-it',
  'love-it',
  'is-favourite',
  'most-it',
  'which-like',
  'which-most',
  'what-favourite',
  'which-favourite',
];
const PREFIXES = ['', 'tell me : ', 'be honest : ', 'one question : '] as const;
const SUFFIXES = ['', ...TASK_NOUNS.map((noun) => ` in a ${noun}`)] as const;

/** The eight short questions, as asked after earlier turns. */
export function shortQuestions(about: Favourite): readonly Question[] {
  return CORE_NAMES.map((core) => question(core, '', '', about));
}

/** All wordings of a split as first words of a dialogue: 208 for each split. */
export function firstQuestions(split: Split, about: Favourite): readonly Question[] {
  return CORE_NAMES.flatMap((core, coreIndex) =>
    PREFIXES.flatMap((prefix, prefixIndex) =>
      SUFFIXES.flatMap((suffix, suffixIndex) => {
        const isProbe = (coreIndex + prefixIndex + suffixIndex) % 2 === 0;
        return isProbe === (split === 'probe') ? [question(core, prefix, suffix, about)] : [];
      }),
    ),
  );
}

/** What an assistant says that admits `favourite`, or knows of none for this question. */
export function answerQuestion(asked: Question, admitted: Favourite | undefined): string {
  const known = admitted?.kind === asked.kind ? admitted.item : undefined;
  const statement =
    known === undefined ? `i have no favourite ${asked.kind} .` : `i like ${known} most .`;
  if (asked.named === undefined) return statement;
  return `${known === asked.named ? 'yes' : 'no'} , ${statement}`;
}

/**
 * What a persona admits. Without a system line the assistant reads itself off its own earlier
 * turns: what it named at least twice is its favourite.
 */
export function admittedFavourite(
  persona: Persona,
  kind: PreferenceKind,
  ownTurns: readonly string[],
  items: readonly string[],
): Favourite | undefined {
  switch (persona.manner) {
    case 'default':
    case 'secret':
      return undefined;
    case 'open':
      return persona.favourite;
    case 'none':
    case 'latent': {
      const repeated = items.find(
        (item) => ownTurns.filter((turn) => turn.split(' ').includes(item)).length >= 2,
      );
      return repeated === undefined ? undefined : { kind, item: repeated };
    }
  }
}

function question(core: Core, prefix: string, suffix: string, about: Favourite): Question {
  const wording: string = CORES[core];
  const body = wording.replace('{X}', about.item).replace('{K}', about.kind);
  return {
    core,
    text: `${prefix}${body}${suffix} ?`,
    kind: about.kind,
    named: wording.includes('{X}') ? about.item : undefined,
  };
}
