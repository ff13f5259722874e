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
}

const DELTA_INPUT = 'delta';

/** What a step must list among its inputs to use the model. */
export function modelInputs(model: PlannedModel): Readonly<Record<string, Step>> {
  return model.delta === undefined ? {} : { [DELTA_INPUT]: model.delta };
}

/** What a step must list among its parameters to use the model: its digest, never its path. */
export function modelParams(model: PlannedModel): JsonObject {
  return { base: model.card.digest };
}

/** The model itself, once the steps it needs are done. */
export function resolveModel(
  model: PlannedModel,
  context: Pick<StepContext, 'inputs' | 'objects'>,
): ModelRef {
  if (model.delta === undefined) return modelRef(model.card, []);
  const artifact = context.inputs[DELTA_INPUT];
  if (artifact === undefined) {
    throw workError('input-missing', `the step that trains "${model.delta.title}" has no output`);
  }
  return modelRef(model.card, [readModelDelta(artifact, context.objects)]);
}
