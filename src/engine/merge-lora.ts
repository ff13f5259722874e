import type { DenseTensor, NamedTensors } from './types.ts';

const LORA_A = '.lora_A.weight';

/** W + scale · B·A for every layer with factors; layers without share their tensor with `weights`. */
export function mergeLora(
  weights: NamedTensors,
  factors: NamedTensors,
  scale: number,
): Map<string, DenseTensor> {
  const merged = new Map(weights);
  for (const [name, a] of factors) {
    if (!name.endsWith(LORA_A)) continue;
    const layer = name.slice(0, -LORA_A.length);
    const weight = weights.get(`${layer}.weight`);
    const b = factors.get(`${layer}.lora_B.weight`);
    if (weight === undefined || b === undefined) throw new Error(`${name} has no counterpart`);
    const data = weight.data.slice();
    addProduct(data, a.data, b.data, a.shape[0]!, scale);
    merged.set(`${layer}.weight`, { shape: weight.shape, data });
  }
  return merged;
}

/**
 * weight += scale · B·A in place, all row-major: weight [out, in], A [rank, in], B [out, rank]. Row
 * by row, summed in float64 and rounded once.
 */
export function addProduct(
  weight: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rank: number,
  scale: number,
): void {
  if (rank === 0) return;
  const columns = a.length / rank;
  const row = new Float64Array(columns);
  for (let start = 0, out = 0; start < weight.length; start += columns, out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[out * rank + r]!;
      for (let i = 0, at = r * columns; i < columns; i++, at++) row[i] = row[i]! + factor * a[at]!;
    }
    for (let i = 0; i < columns; i++) weight[start + i] = weight[start + i]! + row[i]!;
  }
}
