import { loraScale } from '../decoder/adapters.ts';
import { mergeLora } from '../merge-lora.ts';
import type { Capacity, NamedTensors } from '../types.ts';

/** Weights of a model as training left it: what was trained replaces or joins the base's weights. */
export function policyWeights(
  weights: NamedTensors,
  capacity: Capacity,
  trained: NamedTensors,
): NamedTensors {
  switch (capacity.kind) {
    case 'full':
      return trained;
    case 'lora':
      return mergeLora(weights, trained, loraScale(capacity));
    case 'prefix':
      return new Map([...weights, ...trained]);
    default:
      return capacity satisfies never;
  }
}
