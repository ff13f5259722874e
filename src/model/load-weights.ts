import { setImmediate } from 'node:timers/promises';
import { applyDelta } from './apply-delta.ts';
import { expectedTensors } from './expected-tensors.ts';
import { openModelFiles } from './model-files.ts';
import type { ModelConfig, ModelRef, Tensor } from './types.ts';

/** A model in memory: exactly the tensors its config needs, in arrays the caller may change. */
export interface LoadedModel {
  readonly config: ModelConfig;
  readonly weights: Map<string, Tensor>;
}

/**
 * Reads the base weights as float32 and applies the deltas in order. With tied embeddings there
 * is no `lm_head.weight`; a prefix stands among them under the engine's names. Raises what openModelFiles raises, and user errors that name the delta
 * file and tensor when a delta is damaged, was changed, or does not fit.
 */
export async function loadWeights(ref: Pick<ModelRef, 'path' | 'deltas'>): Promise<LoadedModel> {
  const { config, weights: source } = await openModelFiles(ref.path);
  const weights = new Map<string, Tensor>();
  try {
    for (const [name, shape] of expectedTensors(config)) {
      weights.set(name, { shape, data: source.read(name) });
      // Reading is synchronous: let timers and progress views run between tensors.
      await setImmediate();
    }
  } finally {
    source.close();
  }
  for (const delta of ref.deltas) applyDelta(config, weights, delta);
  return { config, weights };
}
