import { rowAttention } from '../decoder/attention.ts';
import { ropeFrequencies } from '../decoder/rope-frequencies.ts';
import { prefixNames, prefixShapes } from '../decoder/adapters.ts';
import { decoder } from '../decoder/decoder.ts';
import { inputParameters } from '../decoder/parameters.ts';
import { ropeTables } from '../graph/network-ops.ts';
import { reshape, transpose } from '../graph/shape-ops.ts';
import { input, type Value } from '../graph/value.ts';
import { layOut } from '../packing.ts';
import type { SessionCache } from '../session-cache.ts';
import type { TensorData } from '../session.ts';
import type { DecoderConfig, DenseTensor, NamedTensors } from '../types.ts';

/**
 * A prefix that says what a text says: keys and values of its first tokens under the base, each
 * [length, kvHeads, headDim], at positions 0 … length − 1 (Eyuboglu et al. 2025, Cartridges,
 * section 3.2; PEFT's initialize_kv_prefix_from_text). A model with this prefix predicts exactly
 * what the base predicts after the text. Throws RangeError when `ids` are not `length` ids.
 */
export async function initPrefix(
  cache: SessionCache,
  model: {
    readonly config: DecoderConfig;
    readonly weights: NamedTensors;
    readonly ids: readonly number[];
  },
  length: number,
): Promise<Map<string, DenseTensor>> {
  const { config, weights, ids } = model;
  if (ids.length !== length) {
    throw new RangeError(`a prefix of ${length} positions cannot start from ${ids.length} tokens`);
  }
  const spec = { config, time: length };
  const session = await cache.get({ keysAndValues: spec }, () => keysAndValuesGraph(spec));
  const example = { promptIds: ids, completionIds: [] };
  const bucket = { rows: 1, time: length, scored: 0 };
  const packed = layOut([example], [[0]], bucket);
  const feeds = new Map<string, TensorData>([
    ['ids', packed.ids],
    ['positions', packed.positions],
    ['mask', packed.mask],
  ]);
  for (const [name, { data }] of weights) feeds.set(name, data);
  await session.run(feeds);
  return new Map(
    [...prefixShapes(config, length)].map(([name, shape]) => {
      const data = session.output(name);
      if (!(data instanceof Float32Array)) throw new TypeError('expected float32 data');
      return [name, { shape, data: data.slice() }];
    }),
  );
}

function keysAndValuesGraph(spec: {
  readonly config: DecoderConfig;
  readonly time: number;
}): Map<string, Value> {
  const { config, time } = spec;
  const made = new Map<string, Value>();
  const inPrefixOrder = (x: Value): Value =>
    reshape(transpose(x, [0, 2, 1, 3]), [time, config.kvHeads, config.headDim]);
  const attend = rowAttention(
    config,
    { batch: 1, time },
    input('positions', [1, time], 'int64'),
    input('mask', [1, 1, 1, time, time]),
    ropeTables(time, ropeFrequencies(config)),
    {
      onKeysAndValues: (layer, { keys, values }) => {
        const [keysName, valuesName] = prefixNames(layer);
        made.set(keysName, inPrefixOrder(keys)).set(valuesName, inPrefixOrder(values));
      },
    },
  );
  const { parameters } = inputParameters(config);
  decoder(config, parameters, input('ids', [1, time], 'int32'), attend);
  return made;
}
