import { z } from 'zod';
import { readCompletions } from '../artifacts/completions.ts';
import { scoringCost, type TextSize } from '../artifacts/cost.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { SCORE_BATCH, scoreChosen } from '../artifacts/score-top-k.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import type { Json } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Artifact } from '../store/types.ts';

/** Kind of the artifact that says how likely a model finds held-out teacher completions. */
const LIKELIHOOD = 'likelihood';

const metaSchema = z.object({
  /** Nats per completion token; null when no row was left to measure on. */
  meanLogprob: z.number().nullable(),
  tokens: z.int(),
  rows: z.int(),
});

/** Figures of a `likelihood` artifact. */
export function likelihoodOf(artifact: Artifact): z.infer<typeof metaSchema> {
  return metaSchema.parse(artifact.meta);
}

/**
 * Step: mean log-probability per token of the teacher's held-out completions under a model. Student
 * minus base says how far the student moved toward its teacher. Output: `likelihood`.
 */
export function measureLikelihood(options: {
  readonly title: string;
  readonly model: PlannedModel;
  /** Filtered completions of the teacher. */
  readonly completions: Step;
  readonly byText: boolean;
  readonly size: TextSize;
  readonly backend: Json;
}): Step {
  const { model, completions, byText } = options;
  return defineStep({
    name: 'measure-likelihood',
    version: 1,
    stage: 'distill',
    title: options.title,
    params: { ...modelParams(model), byText, batch: SCORE_BATCH },
    inputs: { completions, ...modelInputs(model) },
    backend: options.backend,
    costTokens: scoringCost(options.size),
    run: async (context) => {
      const kept = readCompletions(context.inputs['completions']!, context.objects);
      const rows = kept.filter((row) => row.split === 'held-out');
      const items = toTokenExamples(model.card, rows, { shown: 'messages', byText });
      const chosen =
        rows.length === 0
          ? new Float32Array()
          : await scoreChosen(context, resolveModel(model, context), items);
      const meanLogprob =
        chosen.length === 0 ? null : chosen.reduce((sum, value) => sum + value, 0) / chosen.length;
      return {
        kind: LIKELIHOOD,
        meta: { meanLogprob, tokens: chosen.length, rows: rows.length },
        files: {},
      };
    },
  });
}
