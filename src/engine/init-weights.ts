import { createRng } from '../base/rng.ts';
import { sizeOf } from './graph/value.ts';
import { weightShapes } from './decoder/parameters.ts';
import type { DenseTensor, DecoderConfig } from './types.ts';

/** Random weights: normal with deviation 0.02 as in Hugging Face's Llama, norms at 1, biases at 0, outputs of residual branches scaled by 1/√(2·layers) (Radford et al. 2019). */
export function initWeights(config: DecoderConfig, seed: string): Map<string, DenseTensor> {
  const weights = new Map<string, DenseTensor>();
  for (const [name, shape] of weightShapes(config)) {
    const rng = createRng(seed, name);
    const isResidual = /o_proj|down_proj/.test(name);
    const deviation = isResidual ? 0.02 / Math.sqrt(2 * config.layers) : 0.02;
    const vector = name.endsWith('.bias') ? 0 : 1;
    const data = Float32Array.from({ length: sizeOf(shape) }, () =>
      shape.length === 1 ? vector : rng.normal() * deviation,
    );
    weights.set(name, { shape, data });
  }
  return weights;
}
