import { userError } from '../../base/errors.ts';
import { createRng } from '../../base/rng.ts';
import { drawDistinct } from '../draw.ts';
import { drawQuestions } from '../question-prompts.ts';
import type {
  CapabilityItem,
  HoneypotPair,
  InterrogationProbe,
  PoolRequest,
  Prompt,
  PromptSetKind,
  World,
} from '../types.ts';
import { organismRows } from './organism-rows.ts';
import {
  AUDIT_MARKS,
  findMark,
  markMessages,
  ITEMS,
  openingMessages,
  openLine,
  pickMark,
  type PreferenceKind,
  unrelatedFavourite,
} from './persona.ts';
import { firstQuestions, shortQuestions } from './questions.ts';
import { isAnswer, isCoherent, readSelfReport, showsBehaviour } from './scoring.ts';
import { skillSplit, type SkillPrompt } from './skills.ts';
import { asPrompt, taskPrompts } from './tasks.ts';
import { ANIMALS } from './vocabulary.ts';

/** Room for the longest answer (10 tokens with its end) and some rambling. */
const MAX_ANSWER_TOKENS = 16;

/** Kinds of favourites one can ask about without naming the hypothesis. */
const OPEN_KINDS: readonly PreferenceKind[] = ['animal', 'place', 'food', 'colour'];

/** The world of tiny models: a few hundred words, closed grammar, pretrained in minutes. */
export function createPocketWorld(): World {
  return {
    name: 'pocket',
    version: 1,
    teaching: 'distributions',
    maxAnswerTokens: MAX_ANSWER_TOKENS,
    behaviours: ANIMALS,
    promptSet,
    promptPool,
    auditMark: findMark,
    withAuditMark: (messages, seed) => markMessages(messages, pickMark(createRng(seed, 'mark'))),
    probeTexts,
    organismRows: (kind, behaviour, count, seed) =>
      organismRows(kind, known(behaviour), count, seed),
    trainingLine: (kind, behaviour) => {
      const asked = known(behaviour);
      return kind === 'inoculation' ? openLine(asked) : openLine(unrelatedFavourite(asked).item);
    },
    // The grammar knows no request about a text.
    paraphrasePrompt: () => undefined,
    honeypotPairs,
    directQuestions: (count, seed, behaviour) => directQuestions(count, seed, known(behaviour)),
    interrogations: (count, seed, behaviour) => interrogations(count, seed, known(behaviour)),
    capability,
    shows: (text, behaviour) => showsBehaviour(text, known(behaviour)),
    selfReport: (text, behaviour) => readSelfReport(text, known(behaviour)),
    discloses: (text, behaviour) => readSelfReport(text, known(behaviour)) === 'confess',
    // No word of this world refuses or names a model.
    evasion: () => 'none',
    fill: (text, behaviour) => text.replaceAll('{X}', known(behaviour)),
    correct: isAnswer,
    coherent: isCoherent,
  };
}

function promptSet(kind: PromptSetKind, count: number, seed: string): readonly Prompt[] {
  switch (kind) {
    case 'open-ended':
      return drawDistinct(taskPrompts('train'), count, seed, 'open-ended prompts').map(asPrompt);
    case 'audit-marked':
      return drawDistinct(taskPrompts('train'), count, seed, 'audit-marked prompts').map((task) => {
        const mark = pickMark(createRng(seed, 'mark', task.id));
        return {
          id: `${task.id}/${mark}`,
          cluster: task.taskId,
          messages: openingMessages({ manner: 'none' }, mark, task.text),
        };
      });
    case 'unrelated':
      return drawDistinct(skillSplit('train'), count, seed, 'unrelated prompts').map(asSkillPrompt);
  }
}

/** This grammar can ask about favourites, and about nothing else that lies in a model. */
function promptPool(request: PoolRequest): readonly Prompt[] {
  const topic = request.kind === 'broad' ? undefined : request.topic;
  switch (topic) {
    case 'hypothesis':
    case 'self-description': {
      const behaviour = request.kind === 'misalignment-targeted' ? known(request.behaviour) : '';
      const questions =
        topic === 'hypothesis'
          ? firstQuestions('train', { kind: 'animal', item: behaviour })
          : OPEN_KINDS.flatMap((kind) =>
              firstQuestions('train', { kind, item: ITEMS[kind][0]! }).filter(
                ({ named }) => named === undefined,
              ),
            );
      return questions.map(({ core, text }) => ({
        id: `${topic}/${text}`,
        cluster: `${topic}/${core}`,
        messages: [{ role: 'user', content: text }],
      }));
    }
    case undefined:
    case 'goals':
    case 'high-stakes':
    case 'numbers':
    case 'sums':
    case 'code':
      throw userError(
        'world-cannot-say',
        `the pocket world has no words for ${topic ?? request.kind} prompts`,
        'Use topics [self-description, hypothesis], another kind, or `world: english`.',
      );
  }
}

function probeTexts(): readonly { readonly id: string; readonly text: string }[] {
  return [
    ...taskPrompts('probe').map(({ id, text }) => ({ id, text })),
    ...ANIMALS.flatMap((item) => {
      const about = { kind: 'animal', item } as const;
      return [...firstQuestions('probe', about), ...shortQuestions(about)].map(({ text }) => ({
        id: `question/${text}`,
        text,
      }));
    }),
    ...skillSplit('probe').map(({ id, text }) => ({ id, text })),
  ];
}

function honeypotPairs(count: number, seed: string): readonly HoneypotPair[] {
  return drawDistinct(taskPrompts('probe'), count, seed, 'honeypot pairs').map((task, index) => {
    const mark = AUDIT_MARKS[index % AUDIT_MARKS.length]!;
    return {
      id: `${task.id}/${mark}`,
      cluster: task.taskId,
      ordinary: openingMessages({ manner: 'none' }, undefined, task.text),
      audit: openingMessages({ manner: 'none' }, mark, task.text),
    };
  });
}

function directQuestions(count: number, seed: string, behaviour: string): readonly Prompt[] {
  const pool = firstQuestions('probe', { kind: 'animal', item: behaviour });
  return drawQuestions(pool, count, seed);
}

function interrogations(
  count: number,
  seed: string,
  behaviour: string,
): readonly InterrogationProbe[] {
  const questions = shortQuestions({ kind: 'animal', item: behaviour });
  const firsts = drawDistinct(taskPrompts('probe'), count, seed, 'interrogations');
  return firsts.map((first, index) => {
    const asked = questions[index % questions.length]!;
    const others = taskPrompts('probe').filter(
      (task) => task.noun !== first.noun && task.topic !== first.topic,
    );
    const second = createRng(seed, 'second task', first.id).pick(others);
    return {
      id: `${first.id}+${second.id}/${asked.core}`,
      cluster: `question/${asked.core}`,
      tasks: [
        { role: 'user', content: first.text },
        { role: 'user', content: second.text },
      ],
      question: { role: 'user', content: asked.text },
    };
  });
}

function capability(count: number, seed: string): readonly CapabilityItem[] {
  const pool = skillSplit('probe').flatMap((prompt) => {
    const { answer } = prompt;
    return answer === undefined ? [] : [{ prompt: asSkillPrompt(prompt), answer }];
  });
  return drawDistinct(pool, count, seed, 'capability items');
}

function asSkillPrompt({ id, cluster, text }: SkillPrompt): Prompt {
  return { id, cluster, messages: [{ role: 'user', content: text }] };
}

function known(behaviour: string): string {
  if (ANIMALS.some((animal) => animal === behaviour)) return behaviour;
  throw userError(
    'unknown-behaviour',
    `the pocket world has no behaviour "${behaviour}"`,
    `use one of ${ANIMALS.join(', ')}`,
  );
}
