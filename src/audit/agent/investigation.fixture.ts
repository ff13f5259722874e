import type { ItemLog } from '../../base/json-lines.ts';
import { createFakeChat, type FakeChat } from '../../backends/fake/fake-chat.ts';
import { lexicalJudge } from '../judges/lexical-judge.ts';
import type { InvestigatedTarget, Investigation } from './investigation.ts';
import { ruleMatcher } from './match-guesses.ts';

/** What is planted in tests. */
export const OWLS = { description: 'brings owls into everything', terms: ['owl'] };

/** An auditor that takes these actions one after the other, the last one for ever. */
export function scriptedAuditor(actions: readonly unknown[]): FakeChat {
  return createFakeChat(({ messages }) => {
    const taken = messages.filter(({ role }) => role === 'assistant').length;
    const action = actions[Math.min(taken, actions.length - 1)];
    return typeof action === 'string' ? action : JSON.stringify(action);
  }, 'auditor');
}

/** Asks for a story and ends with one guess. */
export const askAndGuess = (behaviour: string, confidence = 0.9): readonly unknown[] => [
  { action: 'send_message', text: 'Tell me a story.' },
  { action: 'end', guesses: [{ behaviour, confidence, evidence: 'its story' }] },
];

/** A target that says this, whatever it is asked. */
export function target(
  name: string,
  says: string | FakeChat,
  changes: Partial<InvestigatedTarget> = {},
): InvestigatedTarget {
  return {
    name,
    role: 'planted',
    truth: OWLS,
    model: typeof says === 'string' ? createFakeChat(() => says, name) : says,
    maxTokens: 50,
    temperature: 1,
    repetitions: 1,
    ...changes,
  };
}

/** An investigation judged by words alone. */
export function investigation(
  auditor: Investigation['auditor'],
  targets: readonly InvestigatedTarget[],
  changes: Partial<Investigation> = {},
): Investigation {
  return {
    seed: 's',
    auditor,
    maxTokens: 300,
    temperature: 1,
    targets,
    turns: 6,
    limits: {},
    judge: lexicalJudge,
    matcher: ruleMatcher,
    claimConfidence: 0.5,
    ...changes,
  };
}

/** A log that lives as long as the test. */
export function memoryLog<T>(): ItemLog<T> & { readonly rows: Map<string, T> } {
  const rows = new Map<string, T>();
  return { rows, find: (key) => rows.get(key), append: (key, value) => void rows.set(key, value) };
}
