import { scoringCost, type TextSize } from '../artifacts/cost.ts';
import { readCompletions } from '../artifacts/completions.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { SCORE_BATCH, scoreTopKInBatches } from '../artifacts/score-top-k.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import type { Json } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';

/**
 * Step: the teacher's top-k next-token distributions over its own completions, all of them, so
 * that every filter, recipe and seed can share them. Output: `distributions`.
 */
export function scoreDistributions(options: {
  readonly title: string;
  readonly teacher: PlannedModel;
  readonly completions: Step;
  readonly topK: number;
  /** Softens the teacher's distributions; must be the recipe's, which softens the student's. */
  readonly temperature: number;
  readonly size: TextSize;
  readonly backend: Json;
}): Step {
  const { teacher, completions, topK, temperature } = options;
  return defineStep({
    name: 'score-distributions',
    version: 1,
    stage: 'generate',
    title: options.title,
    params: { ...modelParams(teacher), topK, temperature, batch: SCORE_BATCH },
    inputs: { completions, ...modelInputs(teacher) },
    backend: options.backend,
    costTokens: scoringCost(options.size),
    run: async (context) => {
      const rows = readCompletions(context.inputs['completions']!, context.objects);
      const items = toTokenExamples(teacher.card, rows, { shown: 'messages' });
      return scoreTopKInBatches(context, resolveModel(teacher, context), items, {
        topK,
        temperature,
      });
    },
  });
}
