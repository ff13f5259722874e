import type { Divergence, Objective } from '../types.ts';

/** What of an objective decides the shape of its graph; the rest is fed. */
export type LossSpec =
  | { readonly kind: 'sft' }
  | {
      readonly kind: 'kd';
      readonly divergence: Divergence;
      /** The vocabulary size where the teacher's whole distribution is given. */
      readonly topK: number;
      readonly temperature: number;
    }
  | {
      readonly kind: 'dpo';
      readonly pairs: number;
      readonly beta: number;
      readonly labelSmoothing: number;
    }
  | { readonly kind: 'kto'; readonly sequences: number; readonly beta: number };

/** `groups` is the most pairs (`dpo`) or examples (`kto`) of one run. */
export function lossSpec(objective: Objective, groups: number): LossSpec {
  switch (objective.kind) {
    case 'sft':
      return { kind: 'sft' };
    case 'kd': {
      const { divergence = { kind: 'forward-kl' }, targets, temperature } = objective;
      return { kind: 'kd', divergence, topK: targets.topK, temperature };
    }
    case 'dpo': {
      const { beta, labelSmoothing = 0 } = objective;
      return { kind: 'dpo', pairs: groups, beta, labelSmoothing };
    }
    case 'kto':
      return { kind: 'kto', sequences: groups, beta: objective.beta };
    default:
      return objective satisfies never;
  }
}

/** Most numbers of a teacher's whole distributions fed to one run. */
const MAX_TARGETS = 32 * 1024 * 1024;

/** How the examples of an objective are to be batched: what stays together, and how much at once. */
export function batchingOf(
  objective: Objective,
  vocabSize: number,
): { readonly groupSize: number; readonly maxRunTokens?: number } {
  const isWhole = objective.kind === 'kd' && objective.targets.topK === vocabSize;
  return {
    groupSize: objective.kind === 'dpo' ? 2 : 1,
    ...(isWhole ? { maxRunTokens: Math.floor(MAX_TARGETS / vocabSize) } : {}),
  };
}
