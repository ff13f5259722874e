import type { Value } from '../graph/value.ts';
import type { Capacity, DecoderConfig } from '../types.ts';

type Lora = Extract<Capacity, { kind: 'lora' }>;

/** Shapes of the LoRA factors (Hu et al. 2021): A [rank, in] and B [out, rank] per target layer. */
export function loraShapes(
  weightShapes: ReadonlyMap<string, readonly number[]>,
  capacity: Lora,
): Map<string, readonly number[]> {
  const shapes = new Map<string, readonly number[]>();
  for (const [name, [out, width]] of weightShapes) {
    const layer = name.replace(/\.weight$/, '');
    if (width === undefined || !capacity.targets.includes(layer.split('.').at(-1)!)) continue;
    shapes.set(`${layer}.lora_A.weight`, [capacity.rank, width]);
    shapes.set(`${layer}.lora_B.weight`, [out!, capacity.rank]);
  }
  return shapes;
}

/** Factor of B·A: alpha / rank (Hu et al. 2021), or alpha / √rank (rsLoRA, Kalajdzievski 2023, eq. 7). */
export function loraScale({ alpha, rank, useRslora = false }: Lora): number {
  return alpha / (useRslora ? Math.sqrt(rank) : rank);
}

/**
 * A cartridge's part in one layer, each [length, kvHeads, headDim]. Keys are stored as they are
 * attended to, already rotated for positions 0 … length − 1; the positions of every example then
 * start at `length`, as in PEFT's prefix tuning and CARTRIDGE adapters.
 */
export interface Prefix {
  readonly keys: Value;
  readonly values: Value;
}

/** Names of the keys and the values of a layer's prefix. */
export function prefixNames(layer: number): readonly [keys: string, values: string] {
  const attention = `model.layers.${layer}.self_attn`;
  return [`${attention}.prefix_keys`, `${attention}.prefix_values`];
}

/** Shapes of all prefix tensors, [length, kvHeads, headDim] each, layer by layer, keys first. */
export function prefixShapes(
  config: DecoderConfig,
  length: number,
): Map<string, readonly number[]> {
  const names = Array.from({ length: config.layers }, (_, layer) => prefixNames(layer)).flat();
  return new Map(names.map((name) => [name, [length, config.kvHeads, config.headDim]]));
}

/** Length of the prefix that a model's tensors hold; 0 when they hold none. */
export function prefixLength(
  tensors: ReadonlyMap<string, { readonly shape: readonly number[] }>,
): number {
  return tensors.get(prefixNames(0)[0])?.shape[0] ?? 0;
}
