import { z } from 'zod';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { loadWeights } from '../model/load-weights.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Artifact } from '../store/types.ts';
import { FILES } from '../artifacts/outside-files.ts';

/** Kind of the artifact that says how far a model's weights lie from its base's. */
const WEIGHT_DISTANCE = 'weight-distance';

const metaSchema = z.object({
  /** ‖W − W₀‖ / ‖W₀‖ over all tensors (Frobenius norms). */
  relative: z.number(),
});

/** Relative distance of a `weight-distance` artifact. */
export function weightDistanceOf(artifact: Artifact): number {
  return metaSchema.parse(artifact.meta).relative;
}

/**
 * Step: relative Frobenius distance of a model's weights from its base's, summed over all tensors
 * in float64. Both must have the same architecture. Output: `weight-distance`.
 */
export function measureWeights(options: {
  readonly title: string;
  readonly base: ModelCard;
  readonly model: PlannedModel;
}): Step {
  const { base, model } = options;
  return defineStep({
    name: 'measure-weights',
    version: 1,
    stage: 'organisms',
    title: options.title,
    params: { ...modelParams(model), from: base.digest },
    inputs: modelInputs(model),
    backend: FILES,
    costTokens: 0,
    run: async (context) => {
      const { weights: before } = await loadWeights({ path: base.path, deltas: [] });
      const { weights: after } = await loadWeights(resolveModel(model, context));
      let moved = 0;
      let size = 0;
      for (const [name, { data }] of before) {
        const other = after.get(name)?.data;
        if (other?.length !== data.length) throw new Error(`tensor ${name} has no counterpart`);
        for (let i = 0; i < data.length; i++) {
          moved += (other[i]! - data[i]!) ** 2;
          size += data[i]! ** 2;
        }
      }
      const relative = size === 0 ? 0 : Math.sqrt(moved / size);
      return { kind: WEIGHT_DISTANCE, meta: { relative }, files: {} };
    },
  });
}
