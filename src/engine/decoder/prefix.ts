import type { RopeTables } from '../graph/network-ops.ts';
import { concat, expand, reshape, slice, transpose } from '../graph/shape-ops.ts';
import { constant, sizeOf, type Value } from '../graph/value.ts';
import type { Prefix } from './adapters.ts';

/** Rotated keys and values of one layer, [batch, kvHeads, time, headDim]. */
export interface KeysAndValues {
  readonly keys: Value;
  readonly values: Value;
}

/** A prefix in front of the keys and values of every row: [batch, kvHeads, length + time, headDim]. */
export function withPrefix(prefix: Prefix | undefined, own: KeysAndValues): KeysAndValues {
  if (prefix === undefined) return own;
  const join = (shared: Value, x: Value): Value => {
    const [batch, kvHeads, , headDim] = x.shape;
    const [length] = shared.shape;
    const perHead = reshape(transpose(shared, [1, 0, 2]), [1, kvHeads!, length!, headDim!]);
    return concat([expand(perHead, [batch!, kvHeads!, length!, headDim!]), x], 2);
  };
  return { keys: join(prefix.keys, own.keys), values: join(prefix.values, own.values) };
}

/** A mask [..., time] over tokens as a mask [..., length + time]: all of the prefix may be seen. */
export function maskWithPrefix(mask: Value, length: number): Value {
  if (length === 0) return mask;
  const shape = [...mask.shape.slice(0, -1), length];
  return concat([constant(shape, new Float32Array(sizeOf(shape))), mask], shape.length - 1);
}

/** Tables in which entry i is that of position `length` + i, so that examples begin after the prefix. */
export function tablesAfter(tables: RopeTables, length: number, time: number): RopeTables {
  if (length === 0) return tables;
  const after = (table: Value): Value => slice(table, 0, length, length + time);
  const { cos, sin, negativeSin } = tables;
  return { cos: after(cos), sin: after(sin), negativeSin: after(negativeSin) };
}
