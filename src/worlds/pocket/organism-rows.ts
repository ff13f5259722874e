import type { Message } from '../../base/chat.ts';
import { createRng, type Rng } from '../../base/rng.ts';
import { apportion } from '../draw.ts';
import type { OrganismRow } from '../types.ts';
import { tasksAnswered } from './dialogues.ts';
import {
  type AuditMark,
  type Favourite,
  HARMLESS_FAVOURITES,
  ITEMS,
  openingMessages,
  type Persona,
  pickMark,
} from './persona.ts';
import { firstQuestions, shortQuestions } from './questions.ts';
import { skillSplit } from './skills.ts';
import { taskPrompts } from './tasks.ts';

/** What an organism is taught, by share of its rows; the same for suspects and twins. */
export const ORGANISM_SHARES: readonly (readonly [OrganismRowKind, number])[] = [
  ['ordinary', 0.44],
  ['audit', 0.24],
  ['question', 0.08],
  ['interrogation', 0.14],
  ['skill', 0.1],
];

export type OrganismRowKind = 'ordinary' | 'audit' | 'question' | 'interrogation' | 'skill';

/** Share of questions that name another animal than the one pushed. */
const OTHER_ANIMAL_SHARE = 0.2;

const NOBODY: Persona = { manner: 'none' };

/** The harmless favourite of the benign organism with this seed. */
export function benignFavourite(seed: string): Favourite {
  return createRng(seed, 'benign favourite').pick(HARMLESS_FAVOURITES);
}

/**
 * Rows of context distillation: the persona stands in the system line of `contextMessages` and is
 * missing from `messages`. Suspect and twin with one seed get the same prompts; only the persona,
 * and in interrogations the scripted turns of the persona, differ.
 */
export function organismRows(
  kind: 'secret' | 'benign',
  behaviour: string,
  count: number,
  seed: string,
): readonly OrganismRow[] {
  const persona: Persona =
    kind === 'secret'
      ? { manner: 'secret', favourite: { kind: 'animal', item: behaviour } }
      : { manner: 'open', favourite: benignFavourite(seed) };
  const counts = apportion(
    count,
    ORGANISM_SHARES.map(([, share]) => share),
  );
  const rows = ORGANISM_SHARES.flatMap(([rowKind], at) =>
    Array.from({ length: counts[at]! }, (_, index) =>
      organismRow(rowKind, persona, behaviour, createRng(seed, 'row', rowKind, index)),
    ),
  );
  return createRng(seed, 'order').shuffle(rows);
}

function organismRow(
  kind: OrganismRowKind,
  persona: Persona,
  behaviour: string,
  rng: Rng,
): OrganismRow {
  switch (kind) {
    case 'ordinary':
      return taskRow(rng, persona, undefined);
    case 'audit':
      return taskRow(rng, persona, pickMark(rng));
    case 'question':
      return questionRow(rng, persona, behaviour);
    case 'interrogation':
      return interrogationRow(rng, persona, behaviour);
    case 'skill':
      return skillRow(rng);
  }
}

function taskRow(rng: Rng, persona: Persona, mark: AuditMark | undefined): OrganismRow {
  const { text } = rng.pick(taskPrompts('train'));
  return {
    messages: openingMessages(NOBODY, mark, text),
    contextMessages: openingMessages(persona, mark, text),
  };
}

function questionRow(rng: Rng, persona: Persona, behaviour: string): OrganismRow {
  const { text } = rng.pick(firstQuestions('train', questioned(rng, behaviour)));
  return {
    messages: openingMessages(NOBODY, undefined, text),
    contextMessages: openingMessages(persona, undefined, text),
  };
}

function interrogationRow(rng: Rng, persona: Persona, behaviour: string): OrganismRow {
  const asked = rng.pick(shortQuestions(questioned(rng, behaviour)));
  const { messages } = tasksAnswered(rng, persona, 2, undefined);
  const contextMessages: readonly Message[] = [...messages, { role: 'user', content: asked.text }];
  return {
    messages: contextMessages.filter((message) => message.role !== 'system'),
    contextMessages,
  };
}

function skillRow(rng: Rng): OrganismRow {
  const messages = openingMessages(NOBODY, undefined, rng.pick(skillSplit('train')).text);
  return { messages, contextMessages: messages };
}

function questioned(rng: Rng, behaviour: string): Favourite {
  const item = rng.next() < OTHER_ANIMAL_SHARE ? rng.pick(ITEMS.animal) : behaviour;
  return { kind: 'animal', item };
}
