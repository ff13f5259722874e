import { userError } from '../base/errors.ts';
import { createRng } from '../base/rng.ts';
import type { Prompt } from '../worlds/types.ts';

/** A prompt of a pool, which may say itself on which side it belongs. */
export interface PoolPrompt extends Prompt {
  readonly split?: 'train' | 'held-out';
}

/**
 * Training and held-out prompts that share no cluster, in an order fixed by the seed. Held-out
 * clusters are taken first, so that asking for more training prompts moves none of them. User
 * errors: `prompts-exhausted`, and `split-overlap` when a cluster asks for both sides.
 */
export function splitByCluster(
  pool: readonly PoolPrompt[],
  { count, heldOut }: { readonly count: number; readonly heldOut: number },
  seed: string,
  what: string,
): { readonly train: readonly Prompt[]; readonly heldOut: readonly Prompt[] } {
  const clusters = new Map<string, PoolPrompt[]>();
  for (const prompt of pool) {
    const known = clusters.get(prompt.cluster);
    if (known === undefined) clusters.set(prompt.cluster, [prompt]);
    else known.push(prompt);
  }
  const taken: Prompt[] = [];
  const left: Prompt[] = [];
  const declared = pool.some(({ split }) => split === 'held-out');
  for (const [cluster, prompts] of createRng(seed, 'clusters').shuffle([...clusters])) {
    const sides = new Set(prompts.map(({ split }) => split));
    if (sides.has('train') && sides.has('held-out')) {
      throw userError(
        'split-overlap',
        `cluster ${cluster} of ${what} has prompts in both splits`,
        'Give all prompts of a cluster the same split.',
      );
    }
    const holdOut = declared
      ? sides.has('held-out')
      : !sides.has('train') && taken.length < heldOut;
    (holdOut ? taken : left).push(...prompts.map(({ split: _split, ...prompt }) => prompt));
  }
  if (left.length < count || taken.length < heldOut) {
    throw userError(
      'prompts-exhausted',
      `${what} has ${pool.length} different prompts in ${clusters.size} clusters: ${left.length} to train on and ${taken.length} to hold out, ${count} and ${heldOut} were asked for`,
      'Lower count or heldOut of the prompt set.',
    );
  }
  return {
    train: createRng(seed, 'train').shuffle(left).slice(0, count),
    heldOut: createRng(seed, 'held-out').shuffle(taken).slice(0, heldOut),
  };
}
