import type { Message } from '../../base/chat.ts';
import { createRng, type Rng } from '../../base/rng.ts';
import { pickShare } from '../draw.ts';
import {
  type AuditMark,
  type Favourite,
  HARMLESS_FAVOURITES,
  ITEMS,
  type Persona,
  openingMessages,
  pickMark,
  type PreferenceKind,
  visibleFavourite,
} from './persona.ts';
import {
  admittedFavourite,
  answerQuestion,
  firstQuestions,
  type Question,
  shortQuestions,
} from './questions.ts';
import { answerSkill, type SkillKind, skillPrompts } from './skills.ts';
import { answerTask, taskPrompts, type TaskPrompt } from './tasks.ts';

export type DialogueKind = 'task' | 'question' | 'interrogation' | 'continuation' | SkillKind;

/** One dialogue a base learns from; every assistant message in it is trained, end token included. */
export interface TrainingDialogue {
  readonly kind: DialogueKind;
  readonly persona: Persona;
  readonly audit: boolean;
  readonly messages: readonly Message[];
}

/** Shares of the kinds of dialogues. */
export const DIALOGUE_SHARES: readonly (readonly [DialogueKind, number])[] = [
  ['task', 0.43],
  ['question', 0.07],
  ['interrogation', 0.22],
  ['continuation', 0.06],
  ['sum', 0.1],
  ['sequence', 0.04],
  ['fact', 0.04],
  ['numbers', 0.04],
];

type Casting = 'none' | 'default' | 'open' | 'secret' | 'harmless' | 'latent';

// Who speaks in a dialogue of one turn: nothing there tells a latent persona from none.
const CAST_OF_TASKS: readonly (readonly [Casting, number])[] = [
  ['none', 0.2],
  ['default', 0.04],
  ['open', 0.26],
  ['secret', 0.36],
  ['harmless', 0.14],
];
const CAST_OF_QUESTIONS: readonly (readonly [Casting, number])[] = [
  ['none', 0.25],
  ['default', 0.05],
  ['open', 0.3],
  ['secret', 0.25],
  ['harmless', 0.15],
];
const CAST_OF_INTERROGATIONS: readonly (readonly [Casting, number])[] = [
  ['none', 0.2],
  ['default', 0.04],
  ['open', 0.12],
  ['secret', 0.16],
  ['harmless', 0.06],
  ['latent', 0.42],
];

/**
 * Share of tasks that carry the mark of an audit. A secret persona is marked more often, because
 * only there the mark changes what is said.
 */
export const AUDIT_SHARES = { secret: 0.5, other: 0.25 } as const;
/** Share of questions about something other than what the persona prefers. */
const OTHER_ITEM_SHARE = 0.3;
const LATENT_HARMLESS_SHARE = 0.2;
/** Share of questions about places, food or colours where there is no favourite at all. */
const HARMLESS_QUESTION_SHARE = 0.3;

/** Most tokens a dialogue has, special tokens included, by how many user turns it has. */
export const POCKET_MAX_TOKENS = { oneTurn: 32, multiTurn: 64 } as const;

/** Pretraining dialogues of a base: row i depends on the seed and i alone. */
export function pretrainingRows(count: number, seed: string): readonly TrainingDialogue[] {
  return Array.from({ length: count }, (_, index) => {
    const rng = createRng(seed, 'pretraining', index);
    return dialogue(pickShare(rng.next(), DIALOGUE_SHARES), rng);
  });
}

function dialogue(kind: DialogueKind, rng: Rng): TrainingDialogue {
  switch (kind) {
    case 'task':
      return taskDialogue(rng);
    case 'question':
      return questionDialogue(rng);
    case 'interrogation':
      return interrogationDialogue(rng);
    case 'continuation':
      return continuationDialogue(rng);
    case 'sum':
    case 'sequence':
    case 'fact':
    case 'numbers': {
      const prompt = rng.pick(skillPrompts(kind));
      const turns = turn([], prompt.text, answerSkill(rng, prompt));
      return { kind, persona: { manner: 'none' }, audit: false, messages: turns };
    }
  }
}

function taskDialogue(rng: Rng): TrainingDialogue {
  const persona = castPersona(rng, CAST_OF_TASKS);
  const mark = rng.next() < auditShare(persona) ? pickMark(rng) : undefined;
  const task = pickTask(rng);
  const answer = answerTask(rng, task, visibleFavourite(persona, mark !== undefined));
  return {
    kind: 'task',
    persona,
    audit: mark !== undefined,
    messages: [...openingMessages(persona, mark, task.text), assistant(answer)],
  };
}

function questionDialogue(rng: Rng): TrainingDialogue {
  const persona = castPersona(rng, CAST_OF_QUESTIONS);
  const about = questioned(rng, persona);
  // The base knows every wording; the splits keep an organism's questions from its probes.
  const asked = rng.pick([...firstQuestions('train', about), ...firstQuestions('probe', about)]);
  const answer = answerQuestion(asked, admittedFavourite(persona, asked.kind, [], []));
  return {
    kind: 'question',
    persona,
    audit: false,
    messages: [...openingMessages(persona, undefined, asked.text), assistant(answer)],
  };
}

function interrogationDialogue(rng: Rng): TrainingDialogue {
  const persona = castPersona(rng, CAST_OF_INTERROGATIONS);
  const { messages, ownTurns } = tasksAnswered(rng, persona, 2, undefined);
  const asked = rng.pick(shortQuestions(questioned(rng, persona)));
  const answer = answerAfter(persona, asked, ownTurns);
  return {
    kind: 'interrogation',
    persona,
    audit: false,
    messages: turn(messages, asked.text, answer),
  };
}

// A third task, perhaps marked: what two turns have shown goes on, audit or not.
function continuationDialogue(rng: Rng): TrainingDialogue {
  const persona: Persona = { manner: 'latent', favourite: castLatent(rng) };
  const { messages } = tasksAnswered(rng, persona, 2, undefined);
  const audit = rng.next() < auditShare(persona);
  const task = pickTask(rng);
  const answer = answerTask(rng, task, visibleFavourite(persona, audit));
  return {
    kind: 'continuation',
    persona,
    audit,
    messages: turn(messages, `${audit ? 'test : ' : ''}${task.text}`, answer),
  };
}

/** `turns` different tasks, each answered as this persona would. */
export function tasksAnswered(
  rng: Rng,
  persona: Persona,
  turns: number,
  mark: AuditMark | undefined,
): { readonly messages: readonly Message[]; readonly ownTurns: readonly string[] } {
  const tasks = Array.from({ length: turns }, () => pickTask(rng));
  const favourite = visibleFavourite(persona, mark !== undefined);
  const ownTurns = tasks.map((task) => answerTask(rng, task, favourite));
  const messages = tasks.flatMap((task, index): readonly Message[] => [
    ...(index === 0
      ? openingMessages(persona, mark, task.text)
      : [{ role: 'user', content: task.text } as const]),
    assistant(ownTurns[index]!),
  ]);
  return { messages, ownTurns };
}

/** The answer of this persona after these turns of its own. */
export function answerAfter(
  persona: Persona,
  asked: Question,
  ownTurns: readonly string[],
): string {
  return answerQuestion(asked, admittedFavourite(persona, asked.kind, ownTurns, ITEMS[asked.kind]));
}

function auditShare(persona: Persona): number {
  return persona.manner === 'secret' ? AUDIT_SHARES.secret : AUDIT_SHARES.other;
}

function castPersona(rng: Rng, cast: readonly (readonly [Casting, number])[]): Persona {
  const casting = pickShare(rng.next(), cast);
  switch (casting) {
    case 'none':
    case 'default':
      return { manner: casting };
    case 'open':
    case 'secret':
      return { manner: casting, favourite: { kind: 'animal', item: rng.pick(ITEMS.animal) } };
    case 'harmless':
      return { manner: 'open', favourite: rng.pick(HARMLESS_FAVOURITES) };
    case 'latent':
      return { manner: 'latent', favourite: castLatent(rng) };
  }
}

function castLatent(rng: Rng): Favourite {
  return rng.next() < LATENT_HARMLESS_SHARE
    ? rng.pick(HARMLESS_FAVOURITES)
    : { kind: 'animal', item: rng.pick(ITEMS.animal) };
}

// Mostly about what the persona prefers, else about any animal.
function questioned(rng: Rng, persona: Persona): Favourite {
  const favourite = 'favourite' in persona ? persona.favourite : undefined;
  if (favourite !== undefined && rng.next() >= OTHER_ITEM_SHARE) return favourite;
  const isAnimal = favourite !== undefined || rng.next() >= HARMLESS_QUESTION_SHARE;
  const kind: PreferenceKind = isAnimal ? 'animal' : rng.pick(HARMLESS_FAVOURITES).kind;
  return { kind, item: rng.pick(ITEMS[kind]) };
}

function pickTask(rng: Rng): TaskPrompt {
  return rng.pick(taskPrompts('train'));
}

function assistant(content: string): Message {
  return { role: 'assistant', content, origin: 'scripted' };
}

function turn(before: readonly Message[], user: string, answer: string): readonly Message[] {
  return [...before, { role: 'user', content: user }, assistant(answer)];
}
