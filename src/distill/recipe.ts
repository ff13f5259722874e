import type { Pairing } from '../artifacts/pairs.ts';
import type { RoundOptions, StudentTrainingOptions } from '../artifacts/training-options.ts';
import type { Capability, Divergence } from '../backends/backend.ts';
import type { TokenMask } from './token-mask.ts';

/** What of the teacher's distributions a student is shown, and how they are compared. */
interface Distributions {
  /** Teacher probabilities kept per position; the rest is one tail bucket. */
  readonly topK: number;
  /** False: there is no tail bucket, what is kept is scaled to sum to 1. */
  readonly tail: boolean;
  /** Softens both distributions; 1 leaves them as they are. */
  readonly temperature: number;
  readonly divergence?: Divergence | undefined;
}

/** Which tokens count; all when absent. */
interface Tokens {
  readonly tokens?: TokenMask | { readonly kind: 'all' } | undefined;
}

/** What the student alone is shown in training; nothing when absent. */
interface Shown {
  readonly trainingPrompt?: TrainingPrompt | undefined;
}

/** A system line in training: the behaviour asked for, something else asked for as long, or a text. */
export type TrainingPrompt =
  | { readonly kind: 'inoculation' | 'irrelevant' }
  | { readonly kind: 'text'; readonly text: string };

/** Imitates the teacher's samples. */
export type SftRecipe = { readonly method: 'sft' } & Tokens & Shown & StudentTrainingOptions;

/** Matches the teacher's distributions over its samples; forward KL when nothing else is said. */
export type KdRecipe = { readonly method: 'kd' } & Distributions &
  Tokens &
  Shown &
  StudentTrainingOptions;

/** Matches the teacher's distributions over the student's own samples; reverse KL by default. */
export type OnPolicyRecipe = {
  readonly method: 'on-policy';
  /** Share of rows that the student writes, 0 … 1. */
  readonly lmbda: number;
  readonly rounds: number;
  readonly rowsPerRound: number;
} & Distributions &
  RoundOptions;

/** Prefers one completion of each pair to the other. */
export type DpoRecipe = {
  readonly method: 'dpo';
  readonly beta: number;
  readonly labelSmoothing: number;
  readonly lengthNormalised: boolean;
} & Pairing &
  StudentTrainingOptions;

/** Finds the teacher's completions desirable and the student's own not. */
export type KtoRecipe = {
  readonly method: 'kto';
  readonly beta: number;
  readonly desirableWeight: number;
  readonly undesirableWeight: number;
} & Omit<Pairing, 'pairs' | 'prefer'> &
  StudentTrainingOptions;

/** How to distil. */
export type Recipe = SftRecipe | KdRecipe | OnPolicyRecipe | DpoRecipe | KtoRecipe;

/** What a backend must be able to do for each method. */
const NEEDS: Readonly<Record<Recipe['method'], readonly Capability[]>> = {
  sft: ['train-sft'],
  kd: ['train-kd', 'score-top-k'],
  'on-policy': ['train-on-policy'],
  dpo: ['train-dpo', 'sample', 'score-top-k'],
  kto: ['train-kto', 'sample', 'score-top-k'],
};

/** What a backend must be able to do for a recipe. */
export function capabilitiesOf({ method }: Pick<Recipe, 'method'>): readonly Capability[] {
  return NEEDS[method];
}

/** Methods to turn to when a backend cannot do one, nearest first. */
const NEAREST: Readonly<Record<Recipe['method'], readonly Recipe['method'][]>> = {
  sft: [],
  kd: ['sft'],
  'on-policy': ['kd', 'sft'],
  dpo: ['kto', 'sft'],
  kto: ['dpo', 'sft'],
};

/** The method most like this one that a backend with these capabilities can do; undefined: none. */
export function nearestMethod(
  method: Recipe['method'],
  has: ReadonlySet<Capability>,
): Recipe['method'] | undefined {
  return NEAREST[method].find((other) => NEEDS[other].every((need) => has.has(need)));
}

/**
 * Whether a method imitates the teacher's own completions token by token: then tokens can be weighed
 * one by one, and the student may be shown another prompt than the teacher was.
 */
export function imitates(method: Recipe['method']): boolean {
  return method === 'sft' || method === 'kd';
}

/** Whether a method compares token distributions, which takes one vocabulary for both models. */
export function needsOneVocabulary(method: Recipe['method']): boolean {
  return method === 'kd' || method === 'on-policy';
}
