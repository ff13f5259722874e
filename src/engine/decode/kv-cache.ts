import { prefixLength, prefixNames } from '../decoder/adapters.ts';
import { cacheHeadDim } from '../graph/attend-to-cache.ts';
import type { ShapedData } from '../session.ts';
import type { DecoderConfig, NamedTensors } from '../types.ts';
import { cacheNames } from './decode-graph.ts';

/**
 * Keys and values of all layers for some rows, [rows, kvHeads, capacity, cacheHeadDim] each, in plain
 * arrays that the graph reads and extends in place. Untouched pages cost no memory, so the capacity
 * may be generous.
 */
export interface KvCache {
  readonly capacity: number;
  /** The first `rows` rows as `past.…` inputs and as the outputs that extend them. */
  view(rows: number): {
    readonly feeds: ReadonlyMap<string, ShapedData>;
    readonly into: ReadonlyMap<string, ShapedData>;
  };
  /** Replaces row `to` by the first `length` positions of a row of a cache, which may be this one. */
  copyRow(source: KvCache, from: number, to: number, length: number): void;
  /** Writes a model's trained prefix, if it has one, to the front of the first `rows` rows. */
  writePrefix(prefix: Prefix, rows: number): void;
  row(name: string, row: number, head: number, length: number): Float32Array;
}

/** An empty cache. */
export function createKvCache(config: DecoderConfig, rows: number, capacity: number): KvCache {
  const { kvHeads, headDim: filled } = config;
  const headDim = cacheHeadDim(filled);
  const rowSize = kvHeads * capacity * headDim;
  const tensors = new Map(
    cacheNames(config).map((name) => [name, new Float32Array(rows * rowSize)]),
  );
  const views = new Map<number, ReturnType<KvCache['view']>>();
  const row: KvCache['row'] = (name, index, head, length) => {
    const start = index * rowSize + head * capacity * headDim;
    return tensors.get(name)!.subarray(start, start + length * headDim);
  };
  return {
    capacity,
    row,
    view: (count) => {
      const known = views.get(count);
      if (known !== undefined) return known;
      const into = new Map<string, ShapedData>();
      for (const [name, data] of tensors) {
        const shape = [count, kvHeads, capacity, headDim];
        into.set(name, { data: data.subarray(0, count * rowSize), shape });
      }
      const feeds = new Map([...into].map(([name, shaped]) => [`past.${name}`, shaped]));
      const made = { feeds, into };
      views.set(count, made);
      return made;
    },
    copyRow: (source, from, to, length) => {
      for (const [name] of tensors) {
        for (let head = 0; head < kvHeads; head++) {
          row(name, to, head, length).set(source.row(name, from, head, length));
        }
      }
    },
    writePrefix: ({ length, tensors: prefix }, count) => {
      for (const [name, data] of prefix) {
        for (let at = 0; at < count * kvHeads; at++) {
          const head = at % kvHeads;
          const target = row(name, Math.floor(at / kvHeads), head, length);
          for (let position = 0; position < length; position++) {
            const start = (position * kvHeads + head) * filled;
            target.set(data.subarray(start, start + filled), position * headDim);
          }
        }
      }
    },
  };
}

/** Trained keys and values in front of every row, [length, kvHeads, headDim] by cache tensor. */
export interface Prefix {
  readonly length: number;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** The prefix among a model's tensors; of length 0 when there is none. */
export function prefixOf(config: DecoderConfig, weights: NamedTensors): Prefix {
  const names = Array.from({ length: config.layers }, (_, layer) => prefixNames(layer)).flat();
  const tensors = new Map<string, Float32Array>();
  cacheNames(config).forEach((name, i) => {
    const tensor = weights.get(names[i]!);
    if (tensor !== undefined) tensors.set(name, tensor.data);
  });
  return { length: prefixLength(weights), tensors };
}
