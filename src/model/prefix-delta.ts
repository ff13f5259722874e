import { prefixLength, prefixShapes } from '../engine/decoder/adapters.ts';
import type { DecoderConfig } from '../engine/types.ts';
import { checkShape, misfit, readDelta } from './delta-file.ts';
import type { ModelDelta, Tensor } from './types.ts';

/** The one tensor of PEFT's prefix tuning and CARTRIDGE adapters. */
const PROMPT_EMBEDDINGS = 'prompt_embeddings';

/**
 * A prefix in the layout of PEFT: `prompt_embeddings` [length, layers · 2 · kvHeads · headDim], in
 * each position the keys, then the values of one layer after the other. `prefix` holds the engine's
 * tensors, [length, kvHeads, headDim] each.
 */
export function toPromptEmbeddings(
  prefix: ReadonlyMap<string, Tensor>,
  config: DecoderConfig,
): Map<string, Tensor> {
  const length = prefixLength(prefix);
  const width = config.kvHeads * config.headDim;
  const row = config.layers * 2 * width;
  const data = new Float32Array(length * row);
  [...prefixShapes(config, length).keys()].forEach((name, part) => {
    const own = prefix.get(name)!.data;
    for (let i = 0; i < length; i++) {
      data.set(own.subarray(i * width, (i + 1) * width), i * row + part * width);
    }
  });
  return new Map([[PROMPT_EMBEDDINGS, { shape: [length, row], data }]]);
}

/** Adds the engine's prefix tensors to the weights; the base must have none. */
export function applyPrefixDelta(
  config: DecoderConfig,
  weights: Map<string, Tensor>,
  delta: ModelDelta,
): void {
  if (prefixLength(weights) > 0) throw misfit(delta, 'the base has a prefix already');
  const tensors = readDelta(delta);
  const table = tensors.get(PROMPT_EMBEDDINGS);
  if (table === undefined) throw misfit(delta, `tensor "${PROMPT_EMBEDDINGS}" is missing`);
  tensors.delete(PROMPT_EMBEDDINGS);
  const [extra] = tensors.keys();
  if (extra !== undefined) throw misfit(delta, `tensor "${extra}" belongs to no prefix`);
  const width = config.kvHeads * config.headDim;
  const row = config.layers * 2 * width;
  const length = table.shape[0] ?? 0;
  checkShape(delta, PROMPT_EMBEDDINGS, table.shape, [Math.max(1, length), row]);
  [...prefixShapes(config, length)].forEach(([name, shape], part) => {
    const data = new Float32Array(length * width);
    for (let i = 0; i < length; i++) {
      const from = i * row + part * width;
      data.set(table.data.subarray(from, from + width), i * width);
    }
    weights.set(name, { shape, data });
  });
}
