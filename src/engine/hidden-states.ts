import { prefixLength } from './decoder/adapters.ts';
import { rowAttention } from './decoder/attention.ts';
import { decoder } from './decoder/decoder.ts';
import { modelParameters } from './decoder/parameters.ts';
import { ropeFrequencies } from './decoder/rope-frequencies.ts';
import { gatherRows } from './graph/gather-ops.ts';
import { ropeTables } from './graph/network-ops.ts';
import { input, type Value } from './graph/value.ts';
import type { Bucket } from './packing.ts';
import { planScoring } from './scoring-runs.ts';
import type { SessionCache } from './session-cache.ts';
import type { TensorData } from './session.ts';
import type { DecoderConfig, NamedTensors, TokenExample } from './types.ts';

export interface HiddenStateOptions {
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
  readonly items: readonly TokenExample[];
  /**
   * As in transformers' hidden_states: 0 is the embedding, i what leaves the i-th block, and the
   * last, `config.layers`, has passed the final norm.
   */
  readonly layers: readonly number[];
  /**
   * `completion`: at every completion token. `predicting`: at the positions that predict them, one
   * earlier (logit lens). `last`: at the last token of each item alone (probes).
   */
  readonly at: 'completion' | 'predicting' | 'last';
}

/** Rows follow the items in order; `firstRow[i]` is where item i begins. */
export interface HiddenStates {
  readonly rows: number;
  readonly firstRow: readonly number[];
  /** [rows, hiddenSize] by layer. */
  readonly byLayer: ReadonlyMap<number, Float32Array>;
}

/** Hidden states of a model at chosen layers and positions. Raises RangeError for a layer it lacks. */
export async function hiddenStates(
  cache: SessionCache,
  options: HiddenStateOptions,
): Promise<HiddenStates> {
  const { config, weights, layers, at } = options;
  const stray = layers.find((i) => !Number.isInteger(i) || i < 0 || i > config.layers);
  if (stray !== undefined) {
    throw new RangeError(`hidden states of layer ${stray}: layers run from 0 to ${config.layers}`);
  }
  const items = at === 'last' ? options.items.map(lastAlone) : options.items;
  const { bucket, rows, firstRow, batches } = planScoring(items);
  const prefix = prefixLength(weights);
  const spec = { config, prefix, bucket, layers: [...new Set(layers)] };
  const session = await cache.get({ hidden: spec }, () => hiddenGraph(spec));
  const feeds = new Map<string, TensorData>();
  for (const [name, tensor] of weights) feeds.set(name, tensor.data);
  const width = config.hiddenSize;
  const byLayer = new Map(spec.layers.map((i) => [i, new Float32Array(rows * width)]));
  for (const { ids, positions, mask, scoredAt, origin } of batches()) {
    const readAt = at === 'predicting' ? scoredAt : scoredAt.map((position) => position + 1);
    for (const [name, data] of Object.entries({ ids, positions, mask, readAt })) {
      feeds.set(name, data);
    }
    await session.run(feeds);
    for (const [layer, states] of byLayer) {
      const made = session.output(`hidden.${layer}`);
      if (!(made instanceof Float32Array)) throw new TypeError('hidden states are float32');
      origin.forEach(({ example, offset }, i) => {
        const to = (firstRow[example]! + offset) * width;
        states.set(made.subarray(i * width, (i + 1) * width), to);
      });
    }
  }
  return { rows, firstRow, byLayer };
}

function lastAlone({ promptIds, completionIds }: TokenExample): TokenExample {
  const ids = [...promptIds, ...completionIds];
  return { promptIds: ids.slice(0, -1), completionIds: ids.slice(-1) };
}

function hiddenGraph(spec: {
  readonly config: DecoderConfig;
  /** Length of the model's prefix, or 0. */
  readonly prefix: number;
  readonly bucket: Bucket;
  readonly layers: readonly number[];
}): Map<string, Value> {
  const { config, layers } = spec;
  const { rows, time, scored } = spec.bucket;
  const parameters = modelParameters(config, spec.prefix);
  const attend = rowAttention(
    config,
    { batch: rows, time },
    input('positions', [rows, time], 'int64'),
    input('mask', [rows, 1, 1, time, time]),
    ropeTables(spec.prefix + time, ropeFrequencies(config)),
    { prefix: parameters.prefix },
  );
  const readAt = input('readAt', [scored], 'int32');
  const outputs = new Map<string, Value>();
  decoder(config, parameters, input('ids', [rows, time], 'int32'), attend, {
    onHidden: (layer, hidden) => {
      if (layers.includes(layer)) outputs.set(`hidden.${layer}`, gatherRows(hidden, readAt));
    },
  });
  return outputs;
}
