import { scoringCost } from '../artifacts/cost.ts';
import { readCompletions } from '../artifacts/completions.ts';
import { modelParams, type PlannedModel, resolveModel } from '../artifacts/planned-model.ts';
import { SCORE_BATCH, scoreTopKInBatches } from '../artifacts/score-top-k.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Organism } from './organism.ts';

/**
 * Step: next-token distributions of the base, persona in context, over its own demonstrations.
 * Output: `distributions`.
 */
export function scoreDemonstrations(
  organism: Organism,
  demonstrations: Step,
  promptTokens: number,
): Step {
  const { base, topK, temperature, rows, sampling } = organism;
  const model: PlannedModel = { card: base, delta: undefined };
  return defineStep({
    name: 'score-demonstrations',
    version: 1,
    stage: 'organisms',
    title: `score what ${organism.name} was shown`,
    params: { ...modelParams(model), topK, temperature, batch: SCORE_BATCH },
    inputs: { demonstrations },
    backend: organism.backend,
    costTokens: scoringCost({ rows, promptTokens, sampling }),
    run: async (context) => {
      const completions = readCompletions(context.inputs['demonstrations']!, context.objects);
      const items = toTokenExamples(base, completions, { shown: 'contextMessages' });
      return scoreTopKInBatches(context, resolveModel(model, context), items, {
        topK,
        temperature,
      });
    },
  });
}
