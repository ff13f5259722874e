import { readCompletions } from '../artifacts/completions.ts';
import { type TextSize, trainingCost } from '../artifacts/cost.ts';
import { gatherTopK, readDistributions } from '../artifacts/distributions.ts';
import { modelParams, type PlannedModel, resolveModel } from '../artifacts/planned-model.ts';
import { trainDelta } from '../artifacts/train-delta.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import { trainingParams, trainingRequest } from '../artifacts/training-options.ts';
import type { Json } from '../base/json.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep, type Step, type StepContext } from '../run/step.ts';
import type { Recipe } from './recipe.ts';

/** What a student learns from. */
export interface Lessons {
  /** Filtered completions: the rows to train on. */
  readonly completions: Step;
  /** Distributions over the unfiltered completions; needed by `kd`. */
  readonly distributions: Step | undefined;
  /** Unfiltered completions, which say where each row's distributions start. */
  readonly unfiltered: Step;
  /** Teacher and student read different vocabularies: hand over text (`sft` only). */
  readonly byText: boolean;
}

/**
 * Step: trains one student from a fresh base. `seed` decides data order and adapter initialisation
 * and must be the same for a suspect's student and its twins. Output: `model-delta`.
 */
export function trainStudent(options: {
  readonly title: string;
  readonly base: ModelCard;
  readonly recipe: Recipe;
  readonly lessons: Lessons;
  readonly seed: string;
  readonly size: TextSize;
  readonly backend: Json;
}): Step {
  const { base, recipe, lessons, seed } = options;
  const model: PlannedModel = { card: base, delta: undefined };
  const { completions, unfiltered, distributions } = lessons;
  return defineStep({
    name: 'train-student',
    version: 1,
    stage: 'distill',
    title: options.title,
    params: {
      ...modelParams(model),
      ...trainingParams(recipe),
      method: recipe.method,
      ...(recipe.method === 'kd' ? { topK: recipe.topK, temperature: recipe.temperature } : {}),
      byText: lessons.byText,
      seed,
    },
    inputs: {
      completions,
      ...(recipe.method === 'kd' && distributions ? { unfiltered, distributions } : {}),
    },
    backend: options.backend,
    costTokens: trainingCost(options.size, recipe.epochs),
    run: async (context) => {
      const kept = readCompletions(context.inputs['completions']!, context.objects);
      const rows = kept.filter((row) => row.split === 'train');
      return trainDelta(context, {
        model: resolveModel(model, context),
        examples: toTokenExamples(base, rows, { shown: 'messages', byText: lessons.byText }),
        objective:
          recipe.method === 'sft'
            ? { kind: 'sft' }
            : {
                kind: 'kd',
                targets: targetsOf(
                  context,
                  rows.map((row) => row.index),
                ),
                temperature: recipe.temperature,
              },
        ...trainingRequest(base, recipe),
        seed,
      });
    },
  });
}

function targetsOf(context: StepContext, chosen: readonly number[]) {
  const all = readCompletions(context.inputs['unfiltered']!, context.objects);
  return gatherTopK(
    readDistributions(context.inputs['distributions']!, context.objects),
    all.map((row) => row.ids.length),
    chosen,
  );
}
