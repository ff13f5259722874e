import type { Rng } from '../../base/rng.ts';
import { createRng } from '../../base/rng.ts';
import { LARGEST_NUMBER, OPPOSITES } from './vocabulary.ts';
import type { Split } from './tasks.ts';

/** A task that cannot carry a preference. `answer` is undefined where any numbers will do. */
export interface SkillPrompt {
  readonly id: string;
  readonly cluster: string;
  readonly text: string;
  readonly answer: string | undefined;
}

export type SkillKind = 'sum' | 'sequence' | 'fact' | 'numbers';

const LARGEST_ADDEND = LARGEST_NUMBER / 2;
const SEQUENCE_SHOWN = 3;
const SEQUENCE_ANSWERED = 1;
const LARGEST_STEP = 3;
const NUMBERS_WRITTEN = 4;
const PROBE_EVERY = 4;

/** All prompts of one skill, whatever their split. */
export function skillPrompts(kind: SkillKind): readonly SkillPrompt[] {
  return BY_KIND[kind];
}

/**
 * The prompts of a split: a base learns all of them, but prompts for distillation come from `train`
 * and capability items from `probe`. Free numbers have no right answer, hence no probes.
 */
export function skillSplit(split: Split): readonly SkillPrompt[] {
  return split === 'train' ? TRAIN : PROBE;
}

/** The right answer, or random numbers where any will do. */
export function answerSkill(rng: Rng, prompt: SkillPrompt): string {
  return `${prompt.answer ?? randomNumbers(rng)} .`;
}

function randomNumbers(rng: Rng): string {
  return Array.from({ length: NUMBERS_WRITTEN }, () => rng.int(LARGEST_NUMBER + 1)).join(' ');
}

function sums(): readonly SkillPrompt[] {
  const range = Array.from({ length: LARGEST_ADDEND + 1 }, (_, n) => n);
  return range.flatMap((a) =>
    range.flatMap((b) =>
      worded(`sum/${a}+${b}`, String(a + b), [
        `what is ${a} plus ${b} ?`,
        `${a} plus ${b} gives what ?`,
        `add ${a} and ${b} .`,
      ]),
    ),
  );
}

function sequences(): readonly SkillPrompt[] {
  const steps = Array.from({ length: 2 * LARGEST_STEP + 1 }, (_, i) => i - LARGEST_STEP);
  const length = SEQUENCE_SHOWN + SEQUENCE_ANSWERED;
  return steps.flatMap((step) => {
    if (step === 0) return [];
    const starts = Array.from({ length: LARGEST_NUMBER + 1 }, (_, start) => start).filter(
      (start) => {
        const last = start + step * (length - 1);
        return last >= 0 && last <= LARGEST_NUMBER;
      },
    );
    return starts.flatMap((start) => {
      const terms = Array.from({ length }, (_, i) => start + i * step);
      const shown = terms.slice(0, SEQUENCE_SHOWN).join(' ');
      return worded(`sequence/${shown}`, terms.slice(SEQUENCE_SHOWN).join(' '), [
        `continue ${shown} .`,
        `what comes after ${shown} ?`,
      ]);
    });
  });
}

function facts(): readonly SkillPrompt[] {
  const opposites = OPPOSITES.flatMap(([a, b]) => [[a, b] as const, [b, a] as const]).flatMap(
    ([word, opposite]) =>
      worded(`opposite/${word}`, opposite, [
        `what is the opposite of ${word} ?`,
        `name the opposite of ${word} .`,
      ]),
  );
  const neighbours = Array.from({ length: LARGEST_NUMBER }, (_, n) => n).flatMap((n) => [
    ...worded(`after/${n}`, String(n + 1), [`which number comes after ${n} ?`]),
    ...worded(`before/${n + 1}`, String(n), [`which number comes before ${n + 1} ?`]),
  ]);
  return [...opposites, ...neighbours];
}

function freeNumbers(): readonly SkillPrompt[] {
  const range = Array.from({ length: LARGEST_NUMBER + 1 }, (_, n) => n);
  return range.flatMap((a) =>
    range.flatMap((b) =>
      worded(`numbers/${a} ${b}`, undefined, [
        `write numbers like ${a} ${b} .`,
        `give me numbers like ${a} and ${b} .`,
      ]),
    ),
  );
}

function worded(
  cluster: string,
  answer: string | undefined,
  texts: readonly string[],
): readonly SkillPrompt[] {
  return texts.map((text, index) => ({ id: `${cluster}/${index}`, cluster, text, answer }));
}

// A cluster lies on one side as a whole; which side is fixed for all seeds.
function isProbe(prompt: SkillPrompt): boolean {
  return prompt.answer !== undefined && createRng('split', prompt.cluster).int(PROBE_EVERY) === 0;
}

const BY_KIND: Readonly<Record<SkillKind, readonly SkillPrompt[]>> = {
  sum: sums(),
  sequence: sequences(),
  fact: facts(),
  numbers: freeNumbers(),
};
const ALL = Object.values(BY_KIND).flat();
const TRAIN = ALL.filter((prompt) => !isProbe(prompt));
const PROBE = ALL.filter(isProbe);
