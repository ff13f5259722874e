import { roundUp } from '../round-up.ts';
import type { RopeTables } from './network-ops.ts';
import { int64 } from './shape-ops.ts';
import { operation, type Emit, type Value } from './value.ts';

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
  const inputs = [
    ...[q, k, v, past.keys, past.values, last, total, rowsByTime, positions],
    ...[tables.cos, tables.sin, int64([-1, width])],
    ...[int64([-1, headDim]), int64([0, 0, 0, cacheDim - headDim])],
    ...[int64([-1, cacheDim]), int64([0]), int64([headDim]), int64([1])],
  ];
  const attend = (emit: Emit, names: readonly string[]): readonly string[] => {
    const [qName, kName, vName, keys, values, lastName, totalName] = names;
    const [shape, positionsName, cos, sin, , perHead, padding] = names.slice(7);
    const one = (op: string, ...from: string[]): string => emit({ op, inputs: from })[0]!;
    const rotated = (x: string): string =>
      emit({
        op: 'RotaryEmbedding',
        domain: 'com.microsoft',
        inputs: [one('Reshape', x, shape!), positionsName!, cos!, sin!],
        attributes: { interleaved: 0 },
      })[0]!;
    const padded = (x: string): string =>
      cacheDim === headDim ? x : one('Pad', one('Reshape', x, perHead!), padding!);
    const ready = (x: string): string => one('Reshape', padded(x), shape!);
    return emit({
      op: 'GroupQueryAttention',
      domain: 'com.microsoft',
      inputs: [
        ...[ready(rotated(qName!)), ready(rotated(kName!)), ready(vName!)],
        ...[keys!, values!, lastName!, totalName!],
      ],
      attributes: { num_heads: heads, kv_num_heads: kvHeads, scale: 1 / Math.sqrt(headDim) },
      outputs: 3,
    });
  };
  const unpadded = (emit: Emit, names: readonly string[], mixed: string): string => {
    if (cacheDim === headDim) return mixed;
    const [perHead, zero, end, axis] = names.slice(14);
    const rows = emit({ op: 'Reshape', inputs: [mixed, perHead!] })[0]!;
    return emit({ op: 'Slice', inputs: [rows, zero!, end!, axis!] })[0]!;
  };
  const present = (output: 1 | 2, like: Value): Value =>
    operation({
      name: output === 1 ? 'presentKeys' : 'presentValues',
      inputs,
      shape: like.shape,
      lower: (emit, names) => attend(emit, names)[output]!,
    });
  return {
    mixed: operation({
      name: 'attendToCache',
      inputs,
      shape: q.shape,
      lower: (emit, names) =>
        emit({
          op: 'Reshape',
          inputs: [unpadded(emit, names, attend(emit, names)[0]!), names[11]!],
        })[0]!,
    }),
    keys: present(1, past.keys),
    values: present(2, past.values),
  };
}
