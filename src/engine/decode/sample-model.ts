import { createRng, type Rng } from '../../base/rng.ts';
import { prefixLength, prefixNames } from '../decoder/adapters.ts';
import { MASKED } from '../packing.ts';
import { roundUp } from '../round-up.ts';
import type { SessionCache } from '../session-cache.ts';
import type { GraphSession, TensorData } from '../session.ts';
import type { DecoderConfig, NamedTensors } from '../types.ts';
import { decodeGraph, prefillGraph } from './decode-graphs.ts';
import { drawToken, largest } from './pick-token.ts';

export interface SampleOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  readonly topP?: number;
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
  /** The seed alone decides an item's draw. */
  readonly items: readonly { readonly promptIds: readonly number[]; readonly seed: string }[];
  readonly maxTokens: number;
  readonly endIds: readonly number[];
  /** Rows decoded at once. */
  readonly batch: number;
  readonly onProgress?: (progress: { readonly tokens: number }) => void;
}

export interface Completion {
  /** Holds the end token when `stop` is `end`. */
  readonly ids: readonly number[];
  readonly stop: 'end' | 'truncated';
}

interface Row {
  readonly promptIds: readonly number[];
  readonly rng: Rng;
  readonly ids: number[];
  isDone: boolean;
}

/**
 * Samples completions in batches with a KV cache; results in item order. Prompts of like length
 * share a batch, so that little of the prefill is padding.
 */
export async function sampleModel(
  cache: SessionCache,
  options: SampleOptions,
): Promise<Completion[]> {
  const { items } = options;
  const rows = items.map(({ promptIds, seed }): Row => ({
    promptIds,
    rng: createRng(seed, 'tokens'),
    ids: [],
    isDone: false,
  }));
  const byLength = rows.toSorted((a, b) => a.promptIds.length - b.promptIds.length);
  let tokens = 0;
  for (let at = 0; at < byLength.length; at += options.batch) {
    const members = byLength.slice(at, at + options.batch);
    const shape = {
      batch: Math.min(options.batch, Math.max(8, 2 ** Math.ceil(Math.log2(members.length)))),
      time: roundUp(Math.max(1, members.at(-1)!.promptIds.length), 16),
    };
    await sampleBatch(cache, options, members, shape, (count) => {
      tokens += count;
      options.onProgress?.({ tokens });
    });
  }
  return rows.map(({ ids }) => ({
    ids,
    stop: options.endIds.includes(ids.at(-1)!) ? 'end' : 'truncated',
  }));
}

async function sampleBatch(
  cache: SessionCache,
  options: SampleOptions,
  rows: readonly Row[],
  shape: { readonly batch: number; readonly time: number },
  onTokens: (count: number) => void,
): Promise<void> {
  const { config, weights, maxTokens, temperature, topP = 1 } = options;
  const isGreedy = temperature === 0;
  const { batch, time } = shape;
  const prefix = prefixLength(weights);
  const capacity = roundUp(prefix + time + maxTokens, 32);
  const prefillSpec = { config, prefix, batch, time, isGreedy };
  const decodeSpec = { config, batch, capacity, isGreedy };
  const prefill = await cache.get({ prefill: prefillSpec }, () => prefillGraph(prefillSpec));
  const decode = await cache.get({ decode: decodeSpec }, () => decodeGraph(decodeSpec));

  const take = (scores: TensorData): number => {
    let count = 0;
    rows.forEach((row, r) => {
      if (row.isDone) return;
      const own = rowOf(scores, r, config.vocabSize);
      const token = isGreedy ? largest(own) : drawToken(own, topP, row.rng);
      row.ids.push(token);
      row.isDone = options.endIds.includes(token) || row.ids.length >= maxTokens;
      count++;
    });
    onTokens(count);
    return rows.filter((row) => !row.isDone).length;
  };

  const feeds = new Map<string, TensorData>();
  for (const [name, tensor] of weights) feeds.set(name, tensor.data);
  if (!isGreedy) feeds.set('inverseTemperature', Float32Array.of(1 / temperature));
  await prefill.run(new Map([...feeds, ...prefillFeeds(rows, shape)]));
  const kv = createCache(config, shape, capacity, prefill, weights);
  for (const [name, data] of kv.tensors) feeds.set(name, data);
  const mask = new Float32Array(batch * capacity).fill(MASKED);
  const ids = new Int32Array(batch);
  const positions = new BigInt64Array(batch);
  rows.forEach((row, r) => {
    mask.fill(0, r * capacity, r * capacity + prefix + row.promptIds.length);
  });
  feeds.set('mask', mask).set('ids', ids).set('positions', positions);

  let active = take(prefill.output('scores'));
  while (active > 0) {
    rows.forEach((row, r) => {
      ids[r] = row.ids.at(-1)!;
      positions[r] = BigInt(prefix + row.promptIds.length + row.ids.length - 1);
    });
    await decode.run(feeds);
    rows.forEach((row, r) => {
      if (row.isDone) return;
      const slot = prefix + row.promptIds.length + row.ids.length - 1;
      kv.append(decode, r, slot);
      mask[r * capacity + slot] = 0;
    });
    active = take(decode.output('scores'));
  }
}

function prefillFeeds(
  rows: readonly Row[],
  { batch, time }: { readonly batch: number; readonly time: number },
): Map<string, TensorData> {
  const ids = new Int32Array(batch * time);
  const last = new Int32Array(batch);
  const positions = BigInt64Array.from({ length: batch * time }, (_, i) => BigInt(i % time));
  const mask = Float32Array.from({ length: time * time }, (_, i) =>
    i % time <= Math.floor(i / time) ? 0 : MASKED,
  );
  rows.forEach(({ promptIds }, r) => {
    ids.set(promptIds, r * time);
    last[r] = r * time + promptIds.length - 1;
  });
  return new Map<string, TensorData>(Object.entries({ ids, last, positions, mask }));
}

/**
 * Keys and values of all layers, [batch, kvHeads, capacity, headDim] each, kept on our side. The
 * model's prefix fills the first slots of every row.
 */
function createCache(
  config: DecoderConfig,
  { batch, time }: { readonly batch: number; readonly time: number },
  capacity: number,
  prefill: GraphSession,
  weights: NamedTensors,
): {
  readonly tensors: ReadonlyMap<string, Float32Array>;
  readonly append: (decode: GraphSession, row: number, slot: number) => void;
} {
  const { layers, kvHeads, headDim } = config;
  const names = Array.from({ length: layers }, (_, i) => [`keys.${i}`, `values.${i}`]).flat();
  const prefixes = Array.from({ length: layers }, (_, i) => prefixNames(i)).flat();
  const tensors = new Map<string, Float32Array>();
  names.forEach((name, n) => {
    const data = new Float32Array(batch * kvHeads * capacity * headDim);
    const made = floats(prefill.output(name));
    const shared = weights.get(prefixes[n]!);
    const length = shared?.shape[0] ?? 0;
    for (let head = 0; head < batch * kvHeads; head++) {
      const to = head * capacity * headDim;
      // A prefix is [length, kvHeads, headDim]: one row of a head at a time.
      for (let i = 0; i < length; i++) {
        const from = (i * kvHeads + (head % kvHeads)) * headDim;
        data.set(shared!.data.subarray(from, from + headDim), to + i * headDim);
      }
      const from = head * time * headDim;
      data.set(made.subarray(from, from + time * headDim), to + length * headDim);
    }
    tensors.set(`cache.${name}`, data);
  });
  return {
    tensors,
    append: (decode, row, slot) => {
      for (const name of names) {
        const made = floats(decode.output(name));
        const data = tensors.get(`cache.${name}`)!;
        for (let head = row * kvHeads; head < (row + 1) * kvHeads; head++) {
          const from = head * headDim;
          data.set(made.subarray(from, from + headDim), (head * capacity + slot) * headDim);
        }
      }
    },
  };
}

function rowOf(scores: TensorData, row: number, width: number): Float32Array {
  return floats(scores).subarray(row * width, (row + 1) * width);
}

function floats(data: TensorData): Float32Array {
  if (!(data instanceof Float32Array)) throw new TypeError('expected float32 data');
  return data;
}
