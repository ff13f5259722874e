import { readModelDelta } from '../artifacts/model-delta.ts';
import type { PlannedModel } from '../artifacts/planned-model.ts';
import { workError } from '../base/errors.ts';
import { modelRef } from '../model/model-ref.ts';
import type { ModelCard, ModelRef } from '../model/types.ts';
import type { Store } from '../store/open-store.ts';

/** A model of a finished study, ready to be run; work error where it was not trained yet. */
export function trainedModel(
  { card, delta }: PlannedModel,
  store: Pick<Store, 'steps' | 'artifacts' | 'objects'>,
): { readonly card: ModelCard; readonly ref: ModelRef } {
  if (delta === undefined) return { card, ref: modelRef(card, []) };
  const artifact = store.steps.find(delta.key)?.artifact ?? undefined;
  if (artifact === undefined) {
    throw workError(
      'not-trained',
      `the step "${delta.title}" is not done yet`,
      'Run the study to the end first: `informant run <study.yaml>`.',
    );
  }
  return {
    card,
    ref: modelRef(card, [readModelDelta(store.artifacts.get(artifact), store.objects)]),
  };
}
