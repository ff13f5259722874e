import { z } from 'zod';
import { readCompletions } from '../artifacts/completions.ts';
import { scoringCost, type TextSize } from '../artifacts/cost.ts';
import { decodeDivergence, DIVERGENCE, encodeDivergence } from '../artifacts/divergence.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { runInBatches } from '../artifacts/run-in-batches.ts';
import { SCORE_BATCH } from '../artifacts/score-top-k.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import type { Json } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';

/**
 * Step: KL(model ‖ reference) at every token of the model's completions, all of them, so that every
 * filter, recipe and seed can share it. Both must have one vocabulary. Output: `divergence`.
 */
export function measureDivergence(options: {
  readonly title: string;
  readonly model: PlannedModel;
  readonly reference: PlannedModel;
  readonly completions: Step;
  readonly size: TextSize;
  readonly backend: Json;
}): Step {
  const { model, reference, completions } = options;
  return defineStep({
    name: 'measure-divergence',
    version: 1,
    stage: 'distill',
    title: options.title,
    params: { model: modelParams(model), reference: modelParams(reference), batch: SCORE_BATCH },
    inputs: {
      completions,
      ...modelInputs(model, 'model'),
      ...modelInputs(reference, 'reference'),
    },
    backend: options.backend,
    costTokens: 2 * scoringCost(options.size),
    run: async (context) => {
      const { backend, objects } = context;
      const rows = readCompletions(context.inputs['completions']!, objects);
      const items = toTokenExamples(model.card, rows, { shown: 'messages' });
      const models = {
        model: resolveModel(model, context, 'model'),
        reference: resolveModel(reference, context, 'reference'),
      };
      const batches = await runInBatches(context, {
        count: Math.ceil(items.length / SCORE_BATCH),
        batchSize: 1,
        produce: async ([batch]) => {
          const part = items.slice(batch! * SCORE_BATCH, (batch! + 1) * SCORE_BATCH);
          const scores = await backend.scoreDivergence({ ...models, items: part });
          const tokens = part.reduce(
            (sum, { promptIds, completionIds }) => sum + promptIds.length + completionIds.length,
            0,
          );
          return { values: [objects.put(encodeDivergence(scores))], tokens: 2 * tokens };
        },
      });
      const digests = batches.map((value) => z.string().parse(value));
      const values = digests.flatMap((digest) => [
        ...decodeDivergence(objects.get(digest)).divergence_N,
      ]);
      const total = values.reduce((sum, value) => sum + value, 0);
      return {
        kind: DIVERGENCE,
        meta: {
          tokens: values.length,
          /** Nats per token. */
          mean: values.length === 0 ? null : total / values.length,
        },
        files: Object.fromEntries(digests.map((digest, i) => [`batch-${i}`, digest])),
      };
    },
  });
}
