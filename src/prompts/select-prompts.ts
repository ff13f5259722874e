import { userError } from '../base/errors.ts';
import { foldSeed } from '../base/rng.ts';
import type { SplitPrompt } from '../artifacts/prompt-set.ts';
import type { Prompt, PromptSetKind, World } from '../worlds/types.ts';

/** What a prompt set is made of. */
export interface PromptSelection {
  readonly kind: PromptSetKind;
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
  const { count, heldOut, auditMarkedShare } = selection;
  const total = count + heldOut;
  const plain = world.promptSet(selection.kind, total, seed);
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
      `world ${world.name} has only ${plain.length} prompts of kind ${selection.kind}, ${total} were asked for`,
      'Lower count or heldOut of the prompt set.',
    );
  }
  return chosen.flatMap((prompt, i) => {
    if (prompt === undefined) return [];
    const split = i < count ? ('train' as const) : ('held-out' as const);
    return [{ ...prompt, id: `p${String(i).padStart(4, '0')}-${prompt.id}`, split }];
  });
}

// Bresenham spacing: row i is marked when the running share passes a whole number there.
function isMarked(i: number, share: number): boolean {
  return Math.floor((i + 1) * share) > Math.floor(i * share);
}
