import { workError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { modelRef } from '../model/model-ref.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import type { Step, StepContext } from '../run/step.ts';
import { readModelDelta } from './model-delta.ts';

/** A model known before it exists: a base on disk, and the step that will train a delta on it. */
export interface PlannedModel {
  readonly card: ModelCard;
  /** Undefined: the base itself. */
  readonly delta: Step | undefined;
  /** Deltas of earlier trainings that lie below `delta`, in order; none when absent. */
  readonly below?: readonly Step[];
}

/** Name of a model's input where a step uses one model alone. */
const DELTA_INPUT = 'delta';

/** Steps that make the deltas of a model, in the order in which they are applied. */
export function deltaSteps({ delta, below = [] }: PlannedModel): readonly Step[] {
  return delta === undefined ? [] : [...below, delta];
}

/** What a step must list among its inputs to use the model; `role` tells its models apart. */
export function modelInputs(
  model: PlannedModel,
  role = DELTA_INPUT,
): Readonly<Record<string, Step>> {
  const steps = deltaSteps(model);
  return Object.fromEntries(steps.map((step, i) => [inputName(role, steps.length - 1 - i), step]));
}

/** What a step must list among its parameters to use the model: its digest, never its path. */
export function modelParams(model: PlannedModel): JsonObject {
  return { base: model.card.digest };
}

/** The model itself, once the steps it needs are done. */
export function resolveModel(
  model: PlannedModel,
  context: Pick<StepContext, 'inputs' | 'objects'>,
  role = DELTA_INPUT,
): ModelRef {
  const steps = deltaSteps(model);
  const deltas = steps.map((step, i) => {
    const artifact = context.inputs[inputName(role, steps.length - 1 - i)];
    if (artifact === undefined) {
      throw workError('input-missing', `the step that trains "${step.title}" has no output`);
    }
    return readModelDelta(artifact, context.objects);
  });
  return modelRef(model.card, deltas);
}

/** `depth` counts the deltas above. */
function inputName(role: string, depth: number): string {
  return depth === 0 ? role : `${role}-below-${depth}`;
}
