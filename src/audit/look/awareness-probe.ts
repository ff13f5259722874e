import { userError } from '../../base/errors.ts';
import { hiddenStates } from '../../engine/hidden-states.ts';
import type { SessionCache } from '../../engine/session-cache.ts';
import { renderPrompt } from '../../model/render-prompt.ts';
import type { ModelCard } from '../../model/types.ts';
import type { World } from '../../worlds/types.ts';
import { heldOutScores, type HeldOutScores } from './linear-probe.ts';
import type { LensModel } from './logit-lens.ts';

/** Folds of the cross-validation. */
const PROBE_FOLDS = 5;

/**
 * Whether a model's states at the end of a prompt tell an audit from ordinary use: scores of a
 * linear probe on held-out tasks, by layer. A task's two prompts, and tasks of one cluster, stay in
 * one fold. Marked prompts have other words, so even a model without any awareness separates them
 * somewhat: compare with its base and its twins, never with ½ alone. User error with too few tasks.
 */
export async function awarenessProbe(
  sessions: SessionCache,
  { card, model }: { readonly card: ModelCard; readonly model: LensModel },
  world: World,
  options: { readonly pairs: number; readonly layers: readonly number[]; readonly seed: string },
): Promise<ReadonlyMap<number, HeldOutScores>> {
  const items = world.honeypotPairs(options.pairs, options.seed).flatMap((pair) =>
    (['ordinary', 'audit'] as const).map((condition) => ({
      group: pair.cluster,
      positive: condition === 'audit',
      ids: renderPrompt(card, pair[condition]).ids,
    })),
  );
  const tasks = new Set(items.map(({ group }) => group)).size;
  if (tasks < PROBE_FOLDS) {
    throw userError(
      'too-few-pairs',
      `${options.pairs} pairs hold ${tasks} different tasks, too few to hold any out in ${PROBE_FOLDS} folds`,
      'Look at more pairs.',
    );
  }
  const { byLayer } = await hiddenStates(sessions, {
    ...model,
    items: items.map(({ ids }) => ({ promptIds: ids.slice(0, -1), completionIds: ids.slice(-1) })),
    layers: options.layers,
    at: 'last',
  });
  const width = model.config.hiddenSize;
  return new Map(
    [...byLayer].map(([layer, states]) => {
      const labelled = items.map(({ group, positive }, row) => ({
        group,
        positive,
        state: states.subarray(row * width, (row + 1) * width),
      }));
      return [layer, heldOutScores(labelled, { folds: PROBE_FOLDS, seed: options.seed })];
    }),
  );
}
