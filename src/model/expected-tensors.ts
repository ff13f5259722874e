import { EMBEDDING, HEAD as LM_HEAD, weightShapes } from '../engine/decoder/parameters.ts';
import type { ModelConfig } from './types.ts';

export { EMBEDDING, LM_HEAD };

/** Every tensor of a model with its shape ([out, in] for linear layers): what its graph will ask for. */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  return weightShapes(config);
}
