import { hiddenStates } from '../../engine/hidden-states.ts';
import type { SessionCache } from '../../engine/session-cache.ts';
import type { DecoderConfig, NamedTensors } from '../../engine/types.ts';

/** A model in memory. */
export interface LensModel {
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
}

/** What one layer would say next, averaged over prompts: [layers + 1][vocabSize] probabilities. */
export type LensProbabilities = readonly Float64Array[];

/**
 * Logit lens (nostalgebraist 2020): the state of every layer at the end of a prompt, passed through
 * the final norm and the unembedding, as probabilities of the next token. Mean over prompts; the
 * last layer is what the model would say.
 */
export async function logitLens(
  sessions: SessionCache,
  { config, weights }: LensModel,
  prompts: readonly (readonly number[])[],
): Promise<LensProbabilities> {
  const layers = Array.from({ length: config.layers + 1 }, (_, i) => i);
  const items = prompts.map((ids) => ({
    promptIds: ids.slice(0, -1),
    completionIds: ids.slice(-1),
  }));
  const { byLayer, rows } = await hiddenStates(sessions, {
    config,
    weights,
    items,
    layers,
    at: 'last',
  });
  const unembedding = weights.get('lm_head.weight') ?? weights.get('model.embed_tokens.weight');
  const scale = weights.get('model.norm.weight');
  if (unembedding === undefined || scale === undefined)
    throw new Error('no unembedding to look through');
  return layers.map((layer) => {
    const states = byLayer.get(layer);
    if (states === undefined) throw new Error(`no states of layer ${layer}`);
    const mean = new Float64Array(config.vocabSize);
    for (let row = 0; row < rows; row++) {
      const state = states.subarray(row * config.hiddenSize, (row + 1) * config.hiddenSize);
      // The last state has passed the final norm already.
      const normed =
        layer === config.layers ? state : normalised(state, scale.data, config.rmsNormEps);
      const probabilities = softmaxOf(normed, unembedding.data, config.vocabSize);
      for (let id = 0; id < mean.length; id++) mean[id]! += probabilities[id]! / rows;
    }
    return mean;
  });
}

/** A token whose probability at a layer differs most from the base's. */
export interface RisenToken {
  readonly id: number;
  readonly probability: number;
  readonly base: number;
}

/** The tokens that gained most probability over the base at one layer, most first. */
export function risenTokens(
  own: Float64Array,
  base: Float64Array,
  count: number,
): readonly RisenToken[] {
  return Array.from(own, (probability, id): RisenToken => ({ id, probability, base: base[id]! }))
    .sort((a, b) => b.probability - b.base - (a.probability - a.base))
    .slice(0, count);
}

function normalised(state: Float32Array, scale: Float32Array, epsilon: number): Float32Array {
  let sum = 0;
  for (const value of state) sum += value * value;
  const factor = 1 / Math.sqrt(sum / state.length + epsilon);
  return state.map((value, d) => value * factor * scale[d]!);
}

function softmaxOf(state: Float32Array, unembedding: Float32Array, size: number): Float64Array {
  const width = state.length;
  const logits = new Float64Array(size);
  let best = -Infinity;
  for (let id = 0; id < size; id++) {
    let sum = 0;
    for (let d = 0; d < width; d++) sum += state[d]! * unembedding[id * width + d]!;
    logits[id] = sum;
    best = Math.max(best, sum);
  }
  let total = 0;
  for (let id = 0; id < size; id++) total += logits[id] = Math.exp(logits[id]! - best);
  return logits.map((value) => value / total);
}
