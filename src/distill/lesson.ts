import type { JsonObject } from '../base/json.ts';
import { onPolicyCost, preferenceCost, type TextSize, trainingCost } from '../artifacts/cost.ts';
import { modelInputs, modelParams, type PlannedModel } from '../artifacts/planned-model.ts';
import { type Sampling, samplingParams } from '../artifacts/sample-replies.ts';
import type { StudentTrainingOptions } from '../artifacts/training-options.ts';
import type { Step } from '../run/step.ts';
import type {
  DpoRecipe,
  KdRecipe,
  KtoRecipe,
  OnPolicyRecipe,
  Recipe,
  SftRecipe,
} from './recipe.ts';
import { maskParams, type TokenMask } from './token-mask.ts';

/** How a student is taught, with the steps that make what it is taught with. */
export type Lesson =
  | {
      readonly recipe: SftRecipe;
      readonly method: 'sft';
      /** Filtered completions: the rows to train on. */
      readonly completions: Step;
      readonly masked?: MaskedTokens;
      /** System line that the student alone is shown, in training alone. */
      readonly trainingLine?: string;
    }
  | {
      readonly recipe: KdRecipe;
      readonly method: 'kd';
      readonly completions: Step;
      /** Distributions over the unfiltered completions. */
      readonly distributions: Step;
      /** Unfiltered completions, which say where each row's distributions start. */
      readonly unfiltered: Step;
      readonly masked?: MaskedTokens;
      readonly trainingLine?: string;
    }
  | {
      readonly recipe: OnPolicyRecipe;
      readonly method: 'on-policy';
      /** Whose prompts the student answers, and what it takes where it does not write itself. */
      readonly completions: Step;
      readonly teacher: PlannedModel;
      /** How the student writes. */
      readonly sampling: Sampling;
    }
  | {
      readonly recipe: DpoRecipe | KtoRecipe;
      readonly method: 'dpo' | 'kto';
      readonly pairs: Step;
      /** Log-probabilities of the pairs under the model that the student starts from. */
      readonly reference: Step;
    };

/** Tokens that a lesson leaves out, and what that is decided by. */
export interface MaskedTokens {
  readonly mask: TokenMask;
  /** Of the teacher from the base, over the unfiltered completions. */
  readonly divergence: Step;
  readonly unfiltered: Step;
}

/** What a lesson adds to the parameters of a training. What a recipe leaves out stays out. */
export function lessonParams(lesson: Lesson): JsonObject {
  switch (lesson.method) {
    case 'sft':
      return { ...tokenParams(lesson.masked), ...lineParams(lesson) };
    case 'kd':
      return {
        ...distributionParams(lesson.recipe),
        ...tokenParams(lesson.masked),
        ...lineParams(lesson),
      };
    case 'on-policy': {
      const { lmbda, rounds, rowsPerRound } = lesson.recipe;
      return {
        lmbda,
        rounds,
        rowsPerRound,
        ...distributionParams(lesson.recipe),
        teacher: modelParams(lesson.teacher),
        sampling: samplingParams(lesson.sampling),
      };
    }
    case 'dpo':
    case 'kto':
      return preferenceParams(lesson.recipe);
    default:
      return lesson satisfies never;
  }
}

function tokenParams(masked: MaskedTokens | undefined): JsonObject {
  return masked === undefined ? {} : { tokens: maskParams(masked.mask) };
}

function lineParams({ trainingLine }: { readonly trainingLine?: string }): JsonObject {
  return trainingLine === undefined ? {} : { trainingLine };
}

function tokenInputs(masked: MaskedTokens | undefined): Readonly<Record<string, Step>> {
  if (masked === undefined) return {};
  const { divergence, unfiltered } = masked;
  return { divergence, unfiltered };
}

function distributionParams(recipe: KdRecipe | OnPolicyRecipe): JsonObject {
  const { topK, tail, temperature, divergence, method } = recipe;
  const isDefault =
    divergence === undefined || (method === 'kd' && divergence.kind === 'forward-kl');
  return {
    topK,
    temperature,
    ...(tail ? {} : { tail }),
    ...(isDefault ? {} : { divergence: { ...divergence } }),
  };
}

function preferenceParams(recipe: DpoRecipe | KtoRecipe): JsonObject {
  const { beta } = recipe;
  if (recipe.method === 'kto') {
    const { desirableWeight, undesirableWeight } = recipe;
    return { beta, desirableWeight, undesirableWeight };
  }
  const { labelSmoothing, lengthNormalised } = recipe;
  return { beta, labelSmoothing, lengthNormalised };
}

/** Steps that a lesson needs done. */
export function lessonInputs(lesson: Lesson): Readonly<Record<string, Step>> {
  switch (lesson.method) {
    case 'sft':
      return { completions: lesson.completions, ...tokenInputs(lesson.masked) };
    case 'kd': {
      const { completions, unfiltered, distributions } = lesson;
      return { completions, unfiltered, distributions, ...tokenInputs(lesson.masked) };
    }
    case 'on-policy':
      return { completions: lesson.completions, ...modelInputs(lesson.teacher, 'teacher') };
    case 'dpo':
    case 'kto':
      return { pairs: lesson.pairs, reference: lesson.reference };
    default:
      return lesson satisfies never;
  }
}

/** Expected cost of the training alone; `size` is that of the training rows. */
export function lessonCost(recipe: Recipe, size: TextSize): number {
  switch (recipe.method) {
    case 'sft':
    case 'kd':
      return trainingCost(size, epochsOf(recipe, size));
    case 'on-policy':
      return onPolicyCost(size, recipe);
    case 'dpo':
    case 'kto':
      return preferenceCost(size, epochsOf(recipe, size), recipe.method);
    default:
      return recipe satisfies never;
  }
}

/** Passes over the rows, not always whole where a number of steps is asked for. */
function epochsOf(
  { epochs, steps = 0, batchSize }: StudentTrainingOptions,
  { rows }: TextSize,
): number {
  return epochs ?? steps / Math.max(1, Math.ceil(rows / batchSize));
}
