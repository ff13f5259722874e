import { add } from '../graph/elementwise-ops.ts';
import { linear, loraLinear } from '../graph/matmul-ops.ts';
import { input, type Value } from '../graph/value.ts';
import type { Capacity, DecoderConfig } from '../types.ts';
import { loraScale, loraShapes, type Prefix, prefixNames, prefixShapes } from './adapters.ts';
import { ARCHITECTURE_TRAITS } from './architectures.ts';

/** Access to weights while a graph is being built. */
export interface Parameters {
  weight(name: string): Value;
  /**
   * x_ND times the transposed weight of that layer, with its LoRA branch and its bias if it has
   * them, plus addend.
   */
  linear(x: Value, layer: string, addend?: Value): Value;
  /** What every position of that layer sees besides its own example, if there is a prefix. */
  readonly prefix: (layer: number) => Prefix | undefined;
}

export const EMBEDDING = 'model.embed_tokens.weight';
export const FINAL_NORM = 'model.norm.weight';
export const HEAD = 'lm_head.weight';

/** Shapes of all weights under their Hugging Face names, in file order. */
export function weightShapes(config: DecoderConfig): Map<string, readonly number[]> {
  const { hiddenSize: d, intermediateSize: f, headDim, heads, kvHeads, vocabSize } = config;
  const { qkvBias, qkNorm } = ARCHITECTURE_TRAITS[config.architecture];
  const shapes = new Map<string, readonly number[]>([[EMBEDDING, [vocabSize, d]]]);
  for (let i = 0; i < config.layers; i++) {
    const prefix = `model.layers.${i}`;
    shapes.set(`${prefix}.input_layernorm.weight`, [d]);
    for (const letter of ['q', 'k', 'v']) {
      const width = (letter === 'q' ? heads : kvHeads) * headDim;
      shapes.set(`${prefix}.self_attn.${letter}_proj.weight`, [width, d]);
      if (qkvBias) shapes.set(`${prefix}.self_attn.${letter}_proj.bias`, [width]);
    }
    if (qkNorm) {
      shapes.set(`${prefix}.self_attn.q_norm.weight`, [headDim]);
      shapes.set(`${prefix}.self_attn.k_norm.weight`, [headDim]);
    }
    shapes.set(`${prefix}.self_attn.o_proj.weight`, [d, heads * headDim]);
    shapes.set(`${prefix}.post_attention_layernorm.weight`, [d]);
    shapes.set(`${prefix}.mlp.gate_proj.weight`, [f, d]);
    shapes.set(`${prefix}.mlp.up_proj.weight`, [f, d]);
    shapes.set(`${prefix}.mlp.down_proj.weight`, [d, f]);
  }
  shapes.set(FINAL_NORM, [d]);
  if (!config.tiedEmbeddings) shapes.set(HEAD, [vocabSize, d]);
  return shapes;
}

/** Shapes of what a capacity adds beside the weights: LoRA factors, a prefix, or nothing. */
export function addedShapes(
  config: DecoderConfig,
  capacity: Capacity,
): Map<string, readonly number[]> {
  switch (capacity.kind) {
    case 'full':
      return new Map();
    case 'lora':
      return loraShapes(weightShapes(config), capacity);
    case 'prefix':
      return prefixShapes(config, capacity.length);
    default:
      return capacity satisfies never;
  }
}

/** Graph inputs for all weights, plus LoRA factors or a prefix when the capacity asks for them. */
export function inputParameters(
  config: DecoderConfig,
  capacity: Capacity = { kind: 'full' },
): { readonly parameters: Parameters; readonly trainable: ReadonlyMap<string, Value> } {
  const toInputs = (shapes: Map<string, readonly number[]>): Map<string, Value> =>
    new Map([...shapes].map(([name, shape]) => [name, input(name, shape)]));
  const weights = toInputs(weightShapes(config));
  const added = toInputs(addedShapes(config, capacity));
  const scale = capacity.kind === 'lora' ? loraScale(capacity) : 0;
  const weight = (name: string): Value => {
    const value = weights.get(name);
    if (value === undefined) throw new Error(`no weight ${name}`);
    return value;
  };
  return {
    trainable: capacity.kind === 'full' ? weights : added,
    parameters: {
      weight,
      prefix: (layer) => {
        const [keys, values] = prefixNames(layer).map((name) => added.get(name));
        return keys === undefined || values === undefined ? undefined : { keys, values };
      },
      linear: (x, layer, addend) => {
        const plain = weight(`${layer}.weight`);
        const a = added.get(`${layer}.lora_A.weight`);
        const b = added.get(`${layer}.lora_B.weight`);
        const product =
          a === undefined || b === undefined
            ? linear(x, plain, addend === undefined ? {} : { addend })
            : loraLinear(x, plain, { a, b, scale }, addend);
        const bias = weights.get(`${layer}.bias`);
        return bias === undefined ? product : add(product, bias);
      },
    },
  };
}

/** Graph inputs for a model as it is used: all weights, and a prefix of that length unless it is 0. */
export function modelParameters(config: DecoderConfig, prefix: number): Parameters {
  const capacity: Capacity =
    prefix === 0 ? { kind: 'full' } : { kind: 'prefix', length: prefix, frozenTokens: 0 };
  return inputParameters(config, capacity).parameters;
}
