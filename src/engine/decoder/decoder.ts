import { swiglu } from '../graph/elementwise-ops.ts';
import { gatherRows } from '../graph/gather-ops.ts';
import { linear } from '../graph/matmul-ops.ts';
import { rmsNorm } from '../graph/network-ops.ts';
import { reshape } from '../graph/shape-ops.ts';
import { sizeOf, type Value } from '../graph/value.ts';
import type { DecoderConfig } from '../types.ts';
import { ARCHITECTURE_TRAITS } from './architectures.ts';
import { EMBEDDING, FINAL_NORM, HEAD, type Parameters } from './parameters.ts';

/** Mixes information between positions; q_ND, k_NE and v_NE are not yet rotated. */
export type Attend = (layer: number, q: Value, k: Value, v: Value) => Value;

/**
 * A decoder of any supported architecture from token ids (any shape, N elements) to normed hidden
 * states [N, hiddenSize]. Everything but attention works on each position alone, so training,
 * prefill and decoding differ only in `attend`. `onHidden` sees what enters every layer, and at last
 * the result, numbered as transformers' hidden_states. With `keep`, indices [K] into the N, the
 * result is that of these positions alone, [K, hiddenSize]: past the last layer's attention nothing
 * looks at the others, so nothing is computed for them.
 */
export function decoder(
  config: DecoderConfig,
  parameters: Parameters,
  ids: Value,
  attend: Attend,
  more: {
    readonly keep?: Value;
    readonly onHidden?: (layer: number, hidden: Value) => void;
  } = {},
): Value {
  const { hiddenSize, rmsNormEps } = config;
  const embedded = gatherRows(parameters.weight(EMBEDDING), ids);
  let x = reshape(embedded, [sizeOf(ids.shape), hiddenSize]);
  for (let i = 0; i < config.layers; i++) {
    more.onHidden?.(i, x);
    const name = `model.layers.${i}`;
    const normed = rmsNorm(x, parameters.weight(`${name}.input_layernorm.weight`), rmsNormEps);
    const [q, k, v] = queriesKeysValues(config, parameters, normed, `${name}.self_attn`);
    const kept = (rows: Value): Value =>
      more.keep === undefined || i < config.layers - 1 ? rows : gatherRows(rows, more.keep);
    const mixed = kept(attend(i, q, k, v));
    x = parameters.linear(mixed, `${name}.self_attn.o_proj`, kept(x));
    x = feedForward(config, parameters, x, name);
  }
  const final = rmsNorm(x, parameters.weight(FINAL_NORM), rmsNormEps);
  more.onHidden?.(config.layers, final);
  return final;
}

/** Projections of x_ND: [N, heads · headDim] and twice [N, kvHeads · headDim]. */
function queriesKeysValues(
  config: DecoderConfig,
  parameters: Parameters,
  x: Value,
  name: string,
): [Value, Value, Value] {
  const project = (letter: string): Value => {
    const projected = parameters.linear(x, `${name}.${letter}_proj`);
    const isNormed = ARCHITECTURE_TRAITS[config.architecture].qkNorm && letter !== 'v';
    return isNormed ? headNorm(config, parameters, projected, `${name}.${letter}_norm`) : projected;
  };
  return [project('q'), project('k'), project('v')];
}

/** RMS norm over the elements of each head, one scale [headDim] for all heads. */
function headNorm(config: DecoderConfig, parameters: Parameters, x: Value, name: string): Value {
  const heads = reshape(x, [sizeOf(x.shape) / config.headDim, config.headDim]);
  return reshape(rmsNorm(heads, parameters.weight(`${name}.weight`), config.rmsNormEps), x.shape);
}

/** x plus its gated feed-forward with SiLU (Shazeer 2020, SwiGLU). */
function feedForward(config: DecoderConfig, parameters: Parameters, x: Value, name: string): Value {
  const scale = parameters.weight(`${name}.post_attention_layernorm.weight`);
  const normed = rmsNorm(x, scale, config.rmsNormEps);
  const gate = parameters.linear(normed, `${name}.mlp.gate_proj`);
  const up = parameters.linear(normed, `${name}.mlp.up_proj`);
  return parameters.linear(swiglu(gate, up), `${name}.mlp.down_proj`, x);
}

/** Logits [N, vocabSize] of hidden states [N, hiddenSize]. */
export function head(config: DecoderConfig, parameters: Parameters, hidden: Value): Value {
  return linear(hidden, headWeight(config, parameters));
}

/** Weight [vocabSize, hiddenSize] of the head. */
export function headWeight(config: DecoderConfig, parameters: Parameters): Value {
  return parameters.weight(config.tiedEmbeddings ? EMBEDDING : HEAD);
}
