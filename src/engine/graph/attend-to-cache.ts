import { roundUp } from '../round-up.ts';
import { rope, type RopeTables } from './network-ops.ts';
import { int64, slice } from './shape-ops.ts';
import { node, operation, type Value } from './value.ts';

/** Elements a head takes in the cache: the kernel wants a multiple of 8; the rest stays zero. */
export function cacheHeadDim(headDim: number): number {
  return roundUp(headDim, 8);
}

/** What `attendToCache` needs. B rows of T new tokens, N = B · T; a cache of C positions. */
export interface CacheAttention {
  /** [N, heads · headDim], not yet rotated. */
  readonly q: Value;
  /** [N, kvHeads · headDim], not yet rotated. */
  readonly k: Value;
  /** [N, kvHeads · headDim]. */
  readonly v: Value;
  readonly heads: number;
  readonly kvHeads: number;
  /** [B, kvHeads, C, cacheHeadDim(headDim)] each. */
  readonly past: { readonly keys: Value; readonly values: Value };
  /** int64 [3]: B, T, -1. */
  readonly rowsByTime: Value;
  /** int64 [B, T]: rotary positions of the new tokens. */
  readonly positions: Value;
  /** int32 [B]: index of each row's last new token in its cache. */
  readonly last: Value;
  /** int32 [1]: the largest of those, plus one. */
  readonly total: Value;
  readonly tables: RopeTables;
}

/**
 * Causal grouped-query attention (Ainslie et al. 2023) of new tokens to a cache and to themselves,
 * inference only. A row reads just the part of the cache it has filled. The new keys and values are
 * written behind it; where the caller hands in one buffer as past and as present cache, that is all
 * that is copied. The kernel works on every row alone, so a row's result cannot depend on others.
 */
export function attendToCache(spec: CacheAttention): {
  /** [N, heads · headDim] */
  readonly mixed: Value;
  readonly keys: Value;
  readonly values: Value;
} {
  const { q, k, v, past, rowsByTime, positions, last, total, tables, heads, kvHeads } = spec;
  const width = q.shape.at(-1)!;
  const headDim = width / heads;
  const cacheDim = cacheHeadDim(headDim);
  const byRow = (x: Value, wide = x.shape.at(-1)!): Value => recast(x, rowsByTime, [-1, -1, wide]);
  const rotated = (x: Value): Value => rope(byRow(x), positions, tables);
  const padded = (x: Value): Value => (cacheDim === headDim ? x : padHeads(x, headDim, cacheDim));
  const ready = (x: Value): Value => byRow(padded(x), (x.shape.at(-1)! / headDim) * cacheDim);
  const inputs = [
    ready(rotated(q)),
    ready(rotated(k)),
    ready(v),
    past.keys,
    past.values,
    last,
    total,
  ];
  const attributes = { num_heads: heads, kv_num_heads: kvHeads, scale: 1 / Math.sqrt(headDim) };
  const output = (name: string, index: 0 | 1 | 2, shape: readonly number[]): Value =>
    operation({
      name,
      inputs,
      shape,
      lower: (emit, names) =>
        emit({
          op: 'GroupQueryAttention',
          domain: 'com.microsoft',
          inputs: names,
          attributes,
          outputs: 3,
        })[index]!,
    });
  const mixed = output('attendToCache', 0, [-1, -1, heads * cacheDim]);
  const unpadded =
    cacheDim === headDim
      ? mixed
      : slice(recast(mixed, int64([-1, cacheDim]), [-heads, cacheDim]), 1, 0, headDim);
  return {
    mixed: recast(unpadded, int64([-1, width]), q.shape),
    keys: output('presentKeys', 1, past.keys.shape),
    values: output('presentValues', 2, past.values.shape),
  };
}

/** Zeros behind the elements of every head. */
function padHeads(x: Value, headDim: number, cacheDim: number): Value {
  const count = x.shape.at(-1)! / headDim;
  return operation({
    name: 'padHeads',
    inputs: [
      recast(x, int64([-1, headDim]), [-count, headDim]),
      int64([0, 0, 0, cacheDim - headDim]),
    ],
    shape: [-count, cacheDim],
    lower: node('Pad'),
  });
}

/** Same elements in a shape that is a value itself; `nominal` is what is known of it here. */
function recast(x: Value, shape: Value, nominal: readonly number[]): Value {
  return operation({
    name: 'recast',
    inputs: [x, shape],
    shape: nominal,
    lower: node('Reshape'),
  });
}
