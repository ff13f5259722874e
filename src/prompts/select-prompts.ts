import { userError } from '../base/errors.ts';
import { createRng, foldSeed } from '../base/rng.ts';
import type { SplitPrompt } from '../artifacts/prompt-set.ts';
import { apportion } from '../worlds/draw.ts';
import {
  type PoolRequest,
  type Prompt,
  TARGETED_TOPICS,
  type TargetedTopic,
  UNRELATED_TOPICS,
  type UnrelatedTopic,
  type World,
} from '../worlds/types.ts';
import { type PoolPrompt, splitByCluster } from './split-by-cluster.ts';

/** Where prompts of a set come from. */
export type PromptSetSource =
  | { readonly kind: 'open-ended' | 'audit-marked' | 'broad' }
  | { readonly kind: 'unrelated'; readonly topics?: readonly UnrelatedTopic[] }
  | {
      readonly kind: 'misalignment-targeted';
      readonly topics?: readonly TargetedTopic[];
      readonly behaviour: string;
    }
  | {
      readonly kind: 'file';
      /** As it was named, for messages. */
      readonly name: string;
      readonly prompts: readonly PoolPrompt[];
    };

/** What a prompt set is made of. */
export interface PromptSelection {
  readonly source: PromptSetSource;
  /** Prompts to train on. */
  readonly count: number;
  /** Share of them that carries the mark of an audit. */
  readonly auditMarkedShare: number;
  /** Further prompts of the same kind that are sampled but never trained on. */
  readonly heldOut: number;
}

/**
 * The prompts of a set, deterministic in world, selection and seed. Marked rows are spread evenly
 * so that every prefix of the set has about the same share. A user error when the world has too
 * few distinct prompts.
 */
export function selectPrompts(
  world: World,
  selection: PromptSelection,
  seed: string,
): readonly SplitPrompt[] {
  const { source, count, heldOut, auditMarkedShare } = selection;
  const total = count + heldOut;
  const plain = plainPrompts(world, selection, seed);
  const marked =
    auditMarkedShare === 0
      ? []
      : world.promptSet('audit-marked', total, foldSeed(seed, 'audit-marked'));
  const chosen = Array.from({ length: total }, (_, i): Prompt | undefined =>
    isMarked(i, auditMarkedShare) ? marked[i] : plain[i],
  );
  if (chosen.some((prompt) => prompt === undefined)) {
    throw userError(
      'prompts-exhausted',
      `world ${world.name} has only ${plain.length} prompts of kind ${source.kind}, ${total} were asked for`,
      'Lower count or heldOut of the prompt set.',
    );
  }
  return chosen.flatMap((prompt, i) => {
    if (prompt === undefined) return [];
    const split = i < count ? ('train' as const) : ('held-out' as const);
    return [{ ...prompt, id: `p${String(i).padStart(4, '0')}-${prompt.id}`, split }];
  });
}

/** Prompts without marks: those to train on, then those to hold out. */
function plainPrompts(
  world: World,
  { source, count, heldOut }: PromptSelection,
  seed: string,
): readonly Prompt[] {
  const sizes = { count, heldOut };
  switch (source.kind) {
    case 'open-ended':
    case 'audit-marked':
      return world.promptSet(source.kind, count + heldOut, seed);
    case 'unrelated':
      return source.topics === undefined
        ? world.promptSet(source.kind, count + heldOut, seed)
        : byTopic(world, inOrder(UNRELATED_TOPICS, source.topics), sizes, seed, (topic) => ({
            kind: source.kind,
            topic,
          }));
    case 'misalignment-targeted':
      return byTopic(
        world,
        inOrder(TARGETED_TOPICS, source.topics ?? TARGETED_TOPICS),
        sizes,
        seed,
        (topic) => ({ kind: source.kind, topic, behaviour: source.behaviour }),
      );
    case 'broad': {
      const pool = world.promptPool({ kind: 'broad' }, count + heldOut, seed);
      return joined(splitByCluster(pool, sizes, seed, `kind broad of world ${world.name}`));
    }
    case 'file':
      return joined(splitByCluster(source.prompts, sizes, seed, source.name));
  }
}

/** As many prompts of each topic, split by cluster and mixed. */
function byTopic<T extends string>(
  world: World,
  topics: readonly T[],
  { count, heldOut }: { readonly count: number; readonly heldOut: number },
  seed: string,
  request: (topic: T) => PoolRequest,
): readonly Prompt[] {
  const shares = topics.map(() => 1 / topics.length);
  const counts = apportion(count, shares);
  const heldOuts = apportion(heldOut, shares);
  const parts = topics.map((topic, i) => {
    const sizes = { count: counts[i]!, heldOut: heldOuts[i]! };
    const topicSeed = foldSeed(seed, topic);
    const pool = world.promptPool(request(topic), sizes.count + sizes.heldOut, topicSeed);
    return splitByCluster(pool, sizes, topicSeed, `topic ${topic} of world ${world.name}`);
  });
  const mix = (side: 'train' | 'heldOut'): readonly Prompt[] =>
    createRng(seed, 'mix', side).shuffle(parts.flatMap((part) => part[side]));
  return [...mix('train'), ...mix('heldOut')];
}

function inOrder<T>(all: readonly T[], chosen: readonly T[]): readonly T[] {
  return all.filter((topic) => chosen.includes(topic));
}

function joined(split: ReturnType<typeof splitByCluster>): readonly Prompt[] {
  return [...split.train, ...split.heldOut];
}

// Bresenham spacing: row i is marked when the running share passes a whole number there.
function isMarked(i: number, share: number): boolean {
  return Math.floor((i + 1) * share) > Math.floor(i * share);
}
