import { head } from './decoder/decoder.ts';
import { inputParameters } from './decoder/parameters.ts';
import { mul } from './graph/elementwise-ops.ts';
import { logSoftmax } from './graph/gather-ops.ts';
import { input, type Value } from './graph/value.ts';
import { hiddenStates } from './hidden-states.ts';
import type { SessionCache } from './session-cache.ts';
import type { TensorData } from './session.ts';
import type { DecoderConfig, NamedTensors, TokenExample } from './types.ts';

/** Log-probabilities held at once, in numbers. */
const MAX_CHUNK = 4 * 1024 * 1024;

export interface DistributionOptions {
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
  readonly items: readonly TokenExample[];
  /** Logits are divided by it first; default 1. */
  readonly temperature?: number;
}

/** Whole distributions of consecutive completion tokens; the array is overwritten by the next. */
export interface DistributionChunk {
  /** Index of the first among the completion tokens of all items. */
  readonly firstRow: number;
  readonly rows: number;
  /** [rows, vocabSize], natural logarithms. */
  readonly logprobs_NV: Float32Array;
}

/** Reads distributions over the whole vocabulary chunk by chunk: all of them at once never exist. */
export interface DistributionReader {
  /** Completion tokens of all items. */
  readonly rows: number;
  /** Rows of every chunk but the last. */
  readonly chunkRows: number;
  /** The chunk that begins at this row. */
  readonly read: (firstRow: number) => Promise<DistributionChunk>;
}

/** Runs all layers but the last; the distributions are then computed as they are read. */
export async function openDistributions(
  cache: SessionCache,
  { config, weights, items, temperature = 1 }: DistributionOptions,
): Promise<DistributionReader> {
  const { layers, hiddenSize, vocabSize } = config;
  const states = { config, weights, items, layers: [layers], at: 'predicting' as const };
  const { rows, byLayer } = await hiddenStates(cache, states);
  const hidden = byLayer.get(layers)!;
  const size = Math.max(1, Math.min(rows, Math.floor(MAX_CHUNK / vocabSize)));
  const spec = { config, size };
  const feeds = new Map<string, TensorData>();
  for (const [name, tensor] of weights) feeds.set(name, tensor.data);
  feeds.set('inverseTemperature', Float32Array.of(1 / temperature));
  const chunk = new Float32Array(size * hiddenSize);
  return {
    rows,
    chunkRows: size,
    read: async (firstRow) => {
      const count = Math.min(size, rows - firstRow);
      chunk.set(hidden.subarray(firstRow * hiddenSize, (firstRow + count) * hiddenSize));
      const session = await cache.get({ head: spec }, () => headGraph(spec));
      await session.run(feeds.set('hidden', chunk));
      const logprobs = session.output('logprobs');
      if (!(logprobs instanceof Float32Array)) throw new TypeError('log-probabilities are float32');
      return { firstRow, rows: count, logprobs_NV: logprobs.subarray(0, count * vocabSize) };
    },
  };
}

/**
 * Hands over the next-token distribution at every completion token of the given ids, in order and
 * in chunks. Resolves to their number.
 */
export async function scoreDistributions(
  cache: SessionCache,
  options: DistributionOptions,
  onChunk: (chunk: DistributionChunk) => void | Promise<void>,
): Promise<number> {
  const { rows, chunkRows, read } = await openDistributions(cache, options);
  for (let at = 0; at < rows; at += chunkRows) await onChunk(await read(at));
  return rows;
}

function headGraph(spec: {
  readonly config: DecoderConfig;
  readonly size: number;
}): Map<string, Value> {
  const { config, size } = spec;
  const { parameters } = inputParameters(config);
  const hidden = input('hidden', [size, config.hiddenSize]);
  const tempered = mul(hidden, input('inverseTemperature', [1]));
  return new Map([['logprobs', logSoftmax(head(config, parameters, tempered))]]);
}
