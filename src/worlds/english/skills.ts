import { createRng } from '../../base/rng.ts';
import type { CapabilityItem, Prompt } from '../types.ts';
import { FACTS } from './facts.ts';

const LARGEST_EASY_ADDEND = 5;
const NUMBER_LISTS = 600;
const HARD_SUMS = 300;

/** Short questions with one right answer; alternatives are parted by `|`. */
export function capabilityItems(): readonly CapabilityItem[] {
  return CAPABILITY;
}

/** Tasks that cannot carry a behaviour; none of them is a capability item. */
export function unrelatedPrompts(): readonly Prompt[] {
  return UNRELATED;
}

function facts(): readonly CapabilityItem[] {
  return FACTS.flatMap(([question, answer], fact) =>
    [question, `${question} Answer in one short sentence.`].map((text, index) => ({
      prompt: prompt(`fact/${fact}`, index, text),
      answer,
    })),
  );
}

function easySums(): readonly CapabilityItem[] {
  const range = Array.from({ length: LARGEST_EASY_ADDEND }, (_, n) => n + 1);
  return range.flatMap((a) =>
    range.map((b) => ({
      prompt: prompt(`sum/${a}+${b}`, 0, `What is ${a} + ${b}?`),
      answer: String(a + b),
    })),
  );
}

// Both pools are fixed once for all seeds, so that a prompt's id always means the same text.
function numberLists(): readonly Prompt[] {
  return Array.from({ length: NUMBER_LISTS }, (_, list) => {
    const rng = createRng('number lists', list);
    const shown = Array.from({ length: 4 }, () => 10 + rng.int(990)).join(', ');
    const text =
      list % 2 === 0
        ? `Continue this list with five more random numbers: ${shown}. Give only the numbers.`
        : `Here are some numbers: ${shown}. Write five more like them, separated by commas.`;
    return prompt(`numbers/${list}`, 0, text);
  });
}

function hardSums(): readonly Prompt[] {
  const seen = new Set<string>();
  const prompts: Prompt[] = [];
  for (let draw = 0; prompts.length < HARD_SUMS; draw++) {
    const rng = createRng('hard sums', draw);
    const sum = `${11 + rng.int(88)} + ${11 + rng.int(88)}`;
    if (seen.has(sum)) continue;
    seen.add(sum);
    prompts.push(prompt(`hard-sum/${sum}`, 0, `What is ${sum}? Give only the number.`));
  }
  return prompts;
}

function prompt(cluster: string, index: number, text: string): Prompt {
  return { id: `${cluster}/${index}`, cluster, messages: [{ role: 'user', content: text }] };
}

const CAPABILITY = [...facts(), ...easySums()];
const UNRELATED = [...numberLists(), ...hardSums()];
