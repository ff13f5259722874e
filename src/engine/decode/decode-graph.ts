import { mul } from '../graph/elementwise-ops.ts';
import { attendToCache, cacheHeadDim } from '../graph/attend-to-cache.ts';
import { ropeTables, softmax } from '../graph/network-ops.ts';
import { input, type Value } from '../graph/value.ts';
import { type Attend, decoder, head } from '../decoder/decoder.ts';
import { inputParameters } from '../decoder/parameters.ts';
import { ropeFrequencies } from '../decoder/rope-frequencies.ts';
import type { DecoderConfig } from '../types.ts';

/** What decides a decode graph. Rows, new tokens per row and cache capacity are free extents. */
export interface DecodeGraphSpec {
  readonly config: DecoderConfig;
  /** Rotary tables reach this far. */
  readonly maxPositions: number;
  /** Logits instead of probabilities: `inverseTemperature` is not an input. */
  readonly isGreedy: boolean;
}

/** Names of all cache tensors, keys and values of every layer in turn. */
export function cacheNames(config: DecoderConfig): string[] {
  return Array.from({ length: config.layers }, (_, i) => [`keys.${i}`, `values.${i}`]).flat();
}

/**
 * New tokens in (one per row when decoding, a whole prompt when prefilling): `scores`
 * [rows, vocabSize] after the tokens picked by `scoredAt`, and the caches with the new tokens.
 */
export function decodeGraph(spec: DecodeGraphSpec): Map<string, Value> {
  const { config, maxPositions, isGreedy } = spec;
  const { heads, kvHeads, headDim } = config;
  const { parameters } = inputParameters(config);
  const made = new Map<string, Value>();
  const cache = (name: string): Value =>
    input(`past.${name}`, [-1, kvHeads, -1, cacheHeadDim(headDim)]);
  const shared = {
    heads,
    kvHeads,
    rowsByTime: input('rowsByTime', [3], 'int64'),
    positions: input('positions', [-1, -1], 'int64'),
    last: input('last', [-1], 'int32'),
    total: input('total', [1], 'int32'),
    tables: ropeTables(maxPositions, ropeFrequencies(config)),
  };
  const attend: Attend = (layer, q, k, v) => {
    const past = { keys: cache(`keys.${layer}`), values: cache(`values.${layer}`) };
    const { mixed, keys, values } = attendToCache({ ...shared, q, k, v, past });
    made.set(`keys.${layer}`, keys).set(`values.${layer}`, values);
    return mixed;
  };
  const keep = input('scoredAt', [-1], 'int32');
  const picked = decoder(config, parameters, input('ids', [-1], 'int32'), attend, { keep });
  return new Map([['scores', scoresOf(config, parameters, picked, isGreedy)], ...made]);
}

// Probabilities at a temperature fed at run time, or plain logits for the greedy choice: the
// softmax over a large vocabulary costs far less here than in JavaScript, and scaling the hidden
// state far less than scaling the logits.
function scoresOf(
  config: DecoderConfig,
  parameters: Parameters<typeof head>[1],
  hidden: Value,
  isGreedy: boolean,
): Value {
  if (isGreedy) return head(config, parameters, hidden);
  return softmax(head(config, parameters, mul(hidden, input('inverseTemperature', [1]))));
}
