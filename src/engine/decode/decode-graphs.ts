import { mul } from '../graph/elementwise-ops.ts';
import { gatherRows } from '../graph/gather-ops.ts';
import { ropeTables, softmax } from '../graph/network-ops.ts';
import { input, type Value } from '../graph/value.ts';
import { cachedAttention, rowAttention } from '../decoder/attention.ts';
import { decoder, head } from '../decoder/decoder.ts';
import { inputParameters, modelParameters } from '../decoder/parameters.ts';
import type { KeysAndValues } from '../decoder/prefix.ts';
import { ropeFrequencies } from '../decoder/rope-frequencies.ts';
import type { DecoderConfig } from '../types.ts';

/** Prompts in: scores at each row's last prompt token, and the keys and values of all layers. */
export function prefillGraph(spec: {
  readonly config: DecoderConfig;
  /** Length of the model's prefix, or 0. */
  readonly prefix: number;
  readonly batch: number;
  readonly time: number;
  readonly isGreedy: boolean;
}): Map<string, Value> {
  const { config, batch, time } = spec;
  const parameters = modelParameters(config, spec.prefix);
  const made = new Map<string, Value>();
  const attend = rowAttention(
    config,
    { batch, time },
    input('positions', [batch, time], 'int64'),
    input('mask', [1, 1, 1, time, time]),
    ropeTables(spec.prefix + time, ropeFrequencies(config)),
    {
      prefix: parameters.prefix,
      onKeysAndValues: (layer, { keys, values }) => {
        made.set(`keys.${layer}`, keys).set(`values.${layer}`, values);
      },
    },
  );
  const hidden = decoder(config, parameters, input('ids', [batch, time], 'int32'), attend);
  const last = gatherRows(hidden, input('last', [batch], 'int32'));
  return new Map([['scores', scoresOf(head(config, parameters, last), spec.isGreedy)], ...made]);
}

/** One token per row in: its scores, and its keys and values for the cache. */
export function decodeGraph(spec: {
  readonly config: DecoderConfig;
  readonly batch: number;
  readonly capacity: number;
  readonly isGreedy: boolean;
}): Map<string, Value> {
  const { config, batch, capacity } = spec;
  const { kvHeads, headDim } = config;
  const { parameters } = inputParameters(config);
  const made = new Map<string, Value>();
  const cacheShape = [batch, kvHeads, capacity, headDim];
  const cache = (layer: number): KeysAndValues => ({
    keys: input(`cache.keys.${layer}`, cacheShape),
    values: input(`cache.values.${layer}`, cacheShape),
  });
  const attend = cachedAttention(
    config,
    batch,
    input('positions', [batch, 1], 'int64'),
    input('mask', [batch, 1, 1, capacity]),
    ropeTables(capacity + 1, ropeFrequencies(config)),
    cache,
    (layer, { keys, values }) => made.set(`keys.${layer}`, keys).set(`values.${layer}`, values),
  );
  const hidden = decoder(config, parameters, input('ids', [batch], 'int32'), attend);
  return new Map([['scores', scoresOf(head(config, parameters, hidden), spec.isGreedy)], ...made]);
}

// Probabilities at a temperature fed at run time, or plain logits for the greedy choice: the
// softmax over a large vocabulary costs far less here than in JavaScript.
function scoresOf(logits: Value, isGreedy: boolean): Value {
  return isGreedy ? logits : softmax(mul(logits, input('inverseTemperature', [1])));
}
