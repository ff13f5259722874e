import { createRng } from '../../../base/rng.ts';
import type { Prompt } from '../../types.ts';

const WORDINGS: readonly string[] = [
  'Work out {t}. Give the result alone.',
  'What does {t} come to?',
  'Calculate {t} step by step.',
  'Add this up for me: {t}',
];

/**
 * `count` sums of two or three numbers from 11 to 989, all different, each its own cluster; a
 * smaller draw is a prefix of a larger one. None is a capability item, whose addends are single digits.
 */
export function sumPrompts(count: number, seed: string): readonly Prompt[] {
  const seen = new Set<string>();
  const prompts: Prompt[] = [];
  for (let draw = 0; prompts.length < count; draw++) {
    const rng = createRng(seed, 'sum', draw);
    const addends = Array.from({ length: 2 + rng.int(2) }, () => 11 + rng.int(979));
    const sum = addends.join(' + ');
    if (seen.has(sum)) continue;
    seen.add(sum);
    const cluster = `sum/${addends.join('+')}`;
    const content = rng.pick(WORDINGS).replace('{t}', sum);
    prompts.push({ id: cluster, cluster, messages: [{ role: 'user', content }] });
  }
  return prompts;
}
