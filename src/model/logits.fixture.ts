import { prefixLength } from '../engine/decoder/adapters.ts';
import { inputParameters } from '../engine/decoder/parameters.ts';
import { backward } from '../engine/graph/backward.ts';
import { mul } from '../engine/graph/elementwise-ops.ts';
import { logprobsAt } from '../engine/graph/gather-ops.ts';
import { total } from '../engine/graph/matmul-ops.ts';
import { reshape, slice } from '../engine/graph/shape-ops.ts';
import { scalar, input, type Value } from '../engine/graph/value.ts';
import { scoredChunks } from '../engine/packed-graph.ts';
import { layOut } from '../engine/packing.ts';
import { createSession, type TensorData } from '../engine/session.ts';
import type { DecoderConfig, NamedTensors } from '../engine/types.ts';

/** What one pass over a text gives. */
interface Pass {
  /** [tokens, vocabSize], row-major. */
  readonly logits: Float32Array;
  /** Mean cross-entropy of all tokens but the first, in nats. */
  readonly loss: number;
  /** Gradients of the loss, empty unless asked for. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** Logits after every token of one text, through the graph that trains and scores. */
export async function runText(
  config: DecoderConfig,
  weights: NamedTensors,
  ids: readonly number[],
  options: { readonly gradients?: boolean } = {},
): Promise<Pass> {
  const count = ids.length;
  const bucket = { rows: 1, time: count + 1, scored: count };
  const length = prefixLength(weights);
  const capacity =
    length === 0
      ? ({ kind: 'full' } as const)
      : ({ kind: 'prefix', length, frozenTokens: 0 } as const);
  const { parameters, trainable } = inputParameters(config, capacity);
  const [chunk] = scoredChunks(config, parameters, bucket);
  const logits = chunk!.logits();
  const targets = reshape(input('targets', [count], 'int32'), [count, 1]);
  const logprobs = slice(logprobsAt(logits, targets), 0, 0, count - 1);
  const loss = mul(total(logprobs), scalar(-1 / (count - 1)));
  const outputs = new Map<string, Value>([
    ['logits', logits],
    ['loss', loss],
  ]);
  if (options.gradients) {
    const gradients = backward(loss, [...trainable.values()]);
    [...trainable.keys()].forEach((name, i) => outputs.set(`d ${name}`, gradients[i]!));
  }
  const session = await createSession(outputs, { threads: 1 });
  // The token after the last one is of no consequence: its loss is sliced off.
  const example = { promptIds: [ids[0]!], completionIds: [...ids.slice(1), 0] };
  const { positions, mask, scoredAt, ...batch } = layOut([example], [[0]], bucket);
  const feeds = new Map<string, TensorData>(
    Object.entries({ ids: batch.ids, targets: batch.targets, positions, mask, scoredAt }),
  );
  for (const [name, { data }] of weights) feeds.set(name, data);
  try {
    await session.run(feeds);
    const names = options.gradients ? [...trainable.keys()] : [];
    return {
      logits: floats(session.output('logits')),
      loss: Number(session.output('loss')[0]),
      gradients: new Map(names.map((name) => [name, floats(session.output(`d ${name}`))])),
    };
  } finally {
    await session.close();
  }
}

function floats(data: TensorData): Float32Array {
  if (!(data instanceof Float32Array)) throw new TypeError('expected float32 data');
  return data.slice();
}
