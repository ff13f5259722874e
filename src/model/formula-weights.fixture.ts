import type { Tensor } from './types.ts';

/** Weights by the formula of scripts/references/formula_weights.py, bit for bit. */
export function formulaWeights(
  shapes: ReadonlyMap<string, readonly number[]>,
): Map<string, Tensor> {
  return new Map([...shapes].map(([name, shape]) => [name, { shape, data: weight(name, shape) }]));
}

function weight(name: string, shape: readonly number[]): Float32Array {
  const values = uniform(
    name,
    shape.reduce((product, size) => product * size, 1),
  );
  if (name.endsWith('.bias')) return values.map((x) => x * 0.5);
  if (shape.length === 1) return values.map((x) => 1 + Math.fround(x * 0.25));
  return values.map((x) => x * (name === 'model.embed_tokens.weight' ? 0.25 : 0.375));
}

/** Numbers in [−1, 1): FNV-1a of the name plus a Weyl sequence, through MurmurHash3's finaliser. */
export function uniform(name: string, count: number): Float32Array {
  let seed = 2166136261;
  for (const byte of new TextEncoder().encode(name)) seed = Math.imul(seed ^ byte, 16777619);
  return Float32Array.from({ length: count }, (_, i) => {
    let x = Math.imul(i, 0x9e3779b9) + seed;
    x ^= x >>> 16;
    x = Math.imul(x, 0x85ebca6b);
    x ^= x >>> 13;
    x = Math.imul(x, 0xc2b2ae35);
    x ^= x >>> 16;
    return (x >>> 8) / 2 ** 23 - 1;
  });
}
