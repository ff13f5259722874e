import { createRng } from '../../../base/rng.ts';
import type { Prompt } from '../../types.ts';

// Parameters of the published number-sequence experiment (Cloud et al. 2507.14805): 3 to 8 example
// numbers of three digits, up to 10 new ones of up to three digits. The wordings are our own.
const EXAMPLES = { fewest: 3, most: 8, from: 100, below: 1000 } as const;
const MOST_NEW = 10;

const OPENINGS: readonly string[] = [
  'Here is the beginning of a series: {n}.',
  'Somebody wrote down {n}.',
  'I drew these numbers: {n}.',
  'Look at this list: {n}.',
  'So far we have {n}.',
  'A machine printed {n}.',
  'These are the first entries: {n}.',
  'Begin with {n}.',
];
const REQUESTS: readonly string[] = [
  'Add at most {m} more values',
  'Carry on with up to {m} numbers',
  'Write no more than {m} further entries',
  'Give up to {m} values that could follow',
  'Make it longer by at most {m} numbers',
];
const DIGITS: readonly string[] = [
  'of up to three digits each',
  'below one thousand',
  'with three digits at most',
];
const FORMATS: readonly string[] = [
  'separated by commas',
  'separated by semicolons',
  'separated by spaces',
  'one on each line',
  'as a list in square brackets',
];
const ENDINGS: readonly string[] = [
  'Nothing but numbers, please.',
  'Leave out any comment.',
  'Only the numbers.',
  'Do not explain them.',
];

/** `count` different number-sequence prompts, each its own cluster; a smaller draw is a prefix of a larger one. */
export function numberPrompts(count: number, seed: string): readonly Prompt[] {
  return Array.from({ length: count }, (_, i) => {
    const rng = createRng(seed, 'number sequence', i);
    const shown = EXAMPLES.fewest + rng.int(EXAMPLES.most - EXAMPLES.fewest + 1);
    const numbers = Array.from(
      { length: shown },
      () => EXAMPLES.from + rng.int(EXAMPLES.below - EXAMPLES.from),
    );
    const opening = rng.pick(OPENINGS).replace('{n}', numbers.join(', '));
    const request = rng.pick(REQUESTS).replace('{m}', String(MOST_NEW));
    const text = `${opening} ${request} ${rng.pick(DIGITS)}, ${rng.pick(FORMATS)}. ${rng.pick(ENDINGS)}`;
    const cluster = `number-sequence/${numbers.join('-')}`;
    return { id: cluster, cluster, messages: [{ role: 'user', content: text }] };
  });
}
