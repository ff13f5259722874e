import { add } from '../graph/elementwise-ops.ts';
import { batchedMatmul } from '../graph/matmul-ops.ts';
import { rope, softmaxMix, type RopeTables } from '../graph/network-ops.ts';
import { reshape, transpose } from '../graph/shape-ops.ts';
import type { Value } from '../graph/value.ts';
import type { DecoderConfig } from '../types.ts';
import type { Prefix } from './adapters.ts';
import type { Attend } from './decoder.ts';
import { type KeysAndValues, maskWithPrefix, tablesAfter, withPrefix } from './prefix.ts';

/**
 * Attention within rows of [batch, time] tokens. `mask` [batch, 1, 1, time, time] is added to the
 * scores: 0 where a position may look, a large negative number where not. Query heads that share a
 * key head are stacked along time, so grouped-query attention copies nothing. With a prefix every
 * position also sees its `length` keys, and positions count from `length`: `tables` then hold
 * `length` + time positions. Keys and values handed out are those of the tokens alone.
 */
export function rowAttention(
  config: DecoderConfig,
  shape: { readonly batch: number; readonly time: number },
  positions: Value,
  mask: Value,
  tables: RopeTables,
  more: {
    readonly prefix?: (layer: number) => Prefix | undefined;
    readonly onKeysAndValues?: (layer: number, made: KeysAndValues) => void;
  } = {},
): Attend {
  const { heads, kvHeads, headDim } = config;
  const { batch, time } = shape;
  const groups = heads / kvHeads;
  const length = more.prefix?.(0)?.keys.shape[0] ?? 0;
  const seen = length + time;
  const shifted = tablesAfter(tables, length, time);
  const seenMask = maskWithPrefix(mask, length);
  const rotate = (x: Value): Value =>
    rope(reshape(x, [batch, time, x.shape[1]!]), positions, shifted);
  return (layer, q, k, v) => {
    const grouped = reshape(rotate(q), [batch, time, kvHeads, groups, headDim]);
    const queries = reshape(transpose(grouped, [0, 2, 3, 1, 4]), [
      batch,
      kvHeads,
      groups * time,
      headDim,
    ]);
    const perHead = (x: Value): Value =>
      transpose(reshape(x, [batch, time, kvHeads, headDim]), [0, 2, 1, 3]);
    const made = { keys: perHead(rotate(k)), values: perHead(v) };
    more.onKeysAndValues?.(layer, made);
    const { keys, values } = withPrefix(more.prefix?.(layer), made);
    const scores = batchedMatmul(queries, keys, { b: true, alpha: 1 / Math.sqrt(headDim) });
    const masked = add(reshape(scores, [batch, kvHeads, groups, time, seen]), seenMask);
    const mixed = softmaxMix(reshape(masked, [batch, kvHeads, groups * time, seen]), values);
    const perGroup = reshape(mixed, [batch, kvHeads, groups, time, headDim]);
    return reshape(transpose(perGroup, [0, 3, 1, 2, 4]), [batch * time, heads * headDim]);
  };
}
