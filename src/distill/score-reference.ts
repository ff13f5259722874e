import { referenceCost, type TextSize } from '../artifacts/cost.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { SCORE_BATCH, scoreTopKInBatches } from '../artifacts/score-top-k.ts';
import type { Json } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';
import { preferenceExamples } from './preferences.ts';

/**
 * Step: how likely the model that a student starts from finds the completions of all training
 * pairs, and for `kto` the mismatched ones after them; shared by all students that start there.
 * Output: `distributions` of one token each, of which the chosen token's log-probability counts.
 */
export function scoreReference(options: {
  readonly title: string;
  readonly start: PlannedModel;
  readonly method: 'dpo' | 'kto';
  readonly pairs: Step;
  readonly byText: boolean;
  readonly size: TextSize;
  readonly backend: Json;
}): Step {
  const { start, method, pairs, byText } = options;
  return defineStep({
    name: 'score-reference',
    version: 1,
    stage: 'distill',
    title: options.title,
    params: {
      ...modelParams(start),
      method,
      byText,
      batch: SCORE_BATCH,
    },
    inputs: { pairs, ...modelInputs(start) },
    backend: options.backend,
    costTokens: referenceCost(options.size, method),
    run: async (context) => {
      const artifact = context.inputs['pairs']!;
      const { examples, mismatched } = preferenceExamples(start.card, method, {
        artifact,
        objects: context.objects,
        byText,
      });
      return scoreTopKInBatches(
        context,
        resolveModel(start, context),
        [...examples, ...mismatched],
        { topK: 1, temperature: 1 },
      );
    },
  });
}
