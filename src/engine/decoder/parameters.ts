import { add } from '../graph/elementwise-ops.ts';
import { linear, loraLinear } from '../graph/matmul-ops.ts';
import { input, type Value } from '../graph/value.ts';
import type { Capacity, DecoderConfig } from '../types.ts';
import { ARCHITECTURE_TRAITS } from './architectures.ts';

/** Access to weights while a graph is being built. */
export interface Parameters {
  weight(name: string): Value;
  /**
   * x_ND times the transposed weight of that layer, with its LoRA branch and its bias if it has
   * them, plus addend.
   */
  linear(x: Value, layer: string, addend?: Value): Value;
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

/** Shapes of the LoRA factors (Hu et al. 2021): A [rank, in] and B [out, rank] per target layer. */
export function loraShapes(
  config: DecoderConfig,
  capacity: Extract<Capacity, { kind: 'lora' }>,
): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [name, [out, width]] of weightShapes(config)) {
    const layer = name.replace(/\.weight$/, '');
    if (width === undefined || !capacity.targets.includes(layer.split('.').at(-1)!)) continue;
    shapes.set(`${layer}.lora_A.weight`, [capacity.rank, width]);
    shapes.set(`${layer}.lora_B.weight`, [out!, capacity.rank]);
  }
  return shapes;
}

/** Graph inputs for all weights, plus LoRA factors when the capacity asks for them. */
export function inputParameters(
  config: DecoderConfig,
  capacity: Capacity = { kind: 'full' },
): { readonly parameters: Parameters; readonly trainable: ReadonlyMap<string, Value> } {
  const toInputs = (shapes: Map<string, readonly number[]>): Map<string, Value> =>
    new Map([...shapes].map(([name, shape]) => [name, input(name, shape)]));
  const weights = toInputs(weightShapes(config));
  const factors = capacity.kind === 'lora' ? toInputs(loraShapes(config, capacity)) : new Map();
  const loraScale = capacity.kind === 'lora' ? capacity.alpha / capacity.rank : 0;
  const weight = (name: string): Value => {
    const value = weights.get(name);
    if (value === undefined) throw new Error(`no weight ${name}`);
    return value;
  };
  return {
    trainable: capacity.kind === 'lora' ? factors : weights,
    parameters: {
      weight,
      linear: (x, layer, addend) => {
        const plain = weight(`${layer}.weight`);
        const a: Value | undefined = factors.get(`${layer}.lora_A.weight`);
        const b: Value | undefined = factors.get(`${layer}.lora_B.weight`);
        const product =
          a === undefined || b === undefined
            ? linear(x, plain, addend === undefined ? {} : { addend })
            : loraLinear(x, plain, { a, b, scale: loraScale }, addend);
        const bias = weights.get(`${layer}.bias`);
        return bias === undefined ? product : add(product, bias);
      },
    },
  };
}
