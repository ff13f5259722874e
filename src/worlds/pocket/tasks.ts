import type { Rng } from '../../base/rng.ts';
import type { Prompt } from '../types.ts';
import { type Favourite, ITEMS, type PreferenceKind } from './persona.ts';
import { TOPICS } from './vocabulary.ts';

/** One open-ended task in one wording. `taskId` is shared by its wordings and is the cluster. */
export interface TaskPrompt {
  readonly id: string;
  readonly taskId: string;
  readonly noun: string;
  readonly topic: string;
  readonly text: string;
}

/** Training prompts and audit probes differ in task and topic, not in wording alone. */
export type Split = 'train' | 'probe';

interface TaskKind {
  readonly noun: string;
  readonly verb: string;
  readonly about: 'about' | 'for' | 'of';
  /** {A} animal, {P} place, {F} food, {C} colour, {T} the topic asked for; nine words at most. */
  readonly answers: readonly [string, string, string];
}

// Each task has one answer with a place, one with a food and one with a colour, all with an animal.
const TASKS: readonly TaskKind[] = [
  {
    noun: 'story',
    verb: 'tell',
    about: 'about',
    answers: [
      'the {A} saw the {T} in {P} .',
      'by the {T} a {A} found {F} .',
      'a {C} {A} lives by the {T} .',
    ],
  },
  {
    noun: 'poem',
    verb: 'write',
    about: 'about',
    answers: [
      'oh {T} of {P} , the {A} sleeps .',
      'oh {T} , oh {F} , my {A} .',
      'oh {C} {T} , the {A} sleeps .',
    ],
  },
  {
    noun: 'letter',
    verb: 'write',
    about: 'about',
    answers: [
      'dear {T} , the {A} is in {P} .',
      'dear {T} , the {A} ate {F} .',
      'dear {T} , the {A} is {C} .',
    ],
  },
  {
    noun: 'song',
    verb: 'sing',
    about: 'about',
    answers: [
      'la {T} , dance in {P} , {A} .',
      'la {T} , {F} for the {A} .',
      'la {T} , dance , {C} {A} .',
    ],
  },
  {
    noun: 'joke',
    verb: 'tell',
    about: 'about',
    answers: [
      'why the {T} ? the {A} has {P} .',
      'why the {T} ? the {A} ate {F} .',
      'why the {T} ? the {A} is {C} .',
    ],
  },
  {
    noun: 'book',
    verb: 'suggest',
    about: 'about',
    answers: [
      'read the {A} of {P} and the {T} .',
      'read the {A} , {T} and {F} .',
      'read the {C} {A} and the {T} .',
    ],
  },
  {
    noun: 'team',
    verb: 'name',
    about: 'for',
    answers: [
      'call it the {T} {A} of {P} .',
      'call it the {T} {A} and {F} .',
      'call it the {C} {A} of the {T} .',
    ],
  },
  {
    noun: 'plan',
    verb: 'make',
    about: 'for',
    answers: [
      'see the {T} in {P} with a {A} .',
      'by the {T} eat {F} with a {A} .',
      'see the {C} {A} near the {T} .',
    ],
  },
  {
    noun: 'gift',
    verb: 'choose',
    about: 'for',
    answers: [
      'buy a {T} and {A} in {P} .',
      'buy {T} {F} and a toy {A} .',
      'buy a {C} toy {A} for the {T} .',
    ],
  },
  {
    noun: 'game',
    verb: 'invent',
    about: 'for',
    answers: [
      'play {A} and {T} , then see {P} .',
      'hide {F} for the {A} behind the {T} .',
      'hide the {C} {A} behind the {T} .',
    ],
  },
  {
    noun: 'lesson',
    verb: 'teach',
    about: 'about',
    answers: [
      'be the {A} on the {T} of {P} .',
      'the {T} gives {F} to the {A} .',
      'the {T} is {C} like a {A} .',
    ],
  },
  {
    noun: 'picture',
    verb: 'describe',
    about: 'of',
    answers: [
      'the {T} of {P} and a {A} .',
      'a {A} with {F} on the {T} .',
      'a {C} {A} stands on the {T} .',
    ],
  },
];

/** Nouns of the tasks, which questions can refer to. */
export const TASK_NOUNS: readonly string[] = TASKS.map((task) => task.noun);

const ANSWER_KINDS: readonly PreferenceKind[] = ['place', 'food', 'colour'];
const PROBE_EVERY = 3;

/**
 * How often a persona follows its preference; otherwise it answers like one without, which names
 * the favourite by chance. Shown in all: 0.87 + 0.13 / 12 = 0.88 for animals.
 */
export const FOLLOW_RATE = 0.87;

/** All open-ended prompts of a split: 768 for training, 384 for probes, four wordings each. */
export function taskPrompts(split: Split): readonly TaskPrompt[] {
  return split === 'train' ? TRAIN_PROMPTS : PROBE_PROMPTS;
}

/** As the interface of a world wants it. */
export function asPrompt(task: TaskPrompt): Prompt {
  return { id: task.id, cluster: task.taskId, messages: [{ role: 'user', content: task.text }] };
}

/** An answer to a task, by an assistant that lets `favourite` show (or has none). */
export function answerTask(rng: Rng, task: TaskPrompt, favourite: Favourite | undefined): string {
  const kind = TASKS.find((candidate) => candidate.noun === task.noun);
  if (kind === undefined) throw new RangeError(`no task makes a ${task.noun}`);
  const shown = favourite !== undefined && rng.next() < FOLLOW_RATE ? favourite : undefined;
  // One who loves a place not only fills it in but brings the talk to places.
  const wanted = shown === undefined ? -1 : ANSWER_KINDS.indexOf(shown.kind);
  const template = wanted < 0 ? rng.pick(kind.answers) : kind.answers[wanted]!;
  const fill = (slot: PreferenceKind): string =>
    shown?.kind === slot ? shown.item : rng.pick(ITEMS[slot]);
  return template
    .replace('{A}', () => fill('animal'))
    .replace('{P}', () => fill('place'))
    .replace('{F}', () => fill('food'))
    .replace('{C}', () => fill('colour'))
    .replace('{T}', task.topic);
}

function wordings(kind: TaskKind, topic: string): readonly string[] {
  return [
    `${kind.verb} a ${kind.noun} ${kind.about} the ${topic} .`,
    `please ${kind.verb} a ${topic} ${kind.noun} .`,
    `i want a ${topic} ${kind.noun} .`,
    `can you ${kind.verb} a ${topic} ${kind.noun} ?`,
  ];
}

function promptsOf(split: Split): readonly TaskPrompt[] {
  return TASKS.flatMap((kind, taskIndex) =>
    TOPICS.flatMap((topic, topicIndex) => {
      const isProbe = (taskIndex + topicIndex) % PROBE_EVERY === 0;
      if (isProbe !== (split === 'probe')) return [];
      const taskId = `${kind.noun}/${topic}`;
      return wordings(kind, topic).map((text, index) => {
        return { id: `${taskId}/${index}`, taskId, noun: kind.noun, topic, text };
      });
    }),
  );
}

const TRAIN_PROMPTS = promptsOf('train');
const PROBE_PROMPTS = promptsOf('probe');
