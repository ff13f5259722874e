import { add } from '../graph/elementwise-ops.ts';
import { backward } from '../graph/backward.ts';
import { slice } from '../graph/shape-ops.ts';
import { input, type Value } from '../graph/value.ts';
import { inputParameters } from '../decoder/parameters.ts';
import { crossEntropy, forwardKl } from '../losses.ts';
import { scoredChunks } from '../packed-graph.ts';
import type { Bucket } from '../packing.ts';
import type { Capacity, DecoderConfig } from '../types.ts';

/** What decides the shape of a training graph; equal specs share one compiled session. */
export interface TrainingGraphSpec {
  readonly config: DecoderConfig;
  readonly capacity: Capacity;
  readonly bucket: Bucket;
  /** Top-k of the KD targets, or 0 for cross-entropy. */
  readonly topK: number;
  readonly temperature: number;
}

/** Prefix of gradient outputs. */
export const GRADIENT = 'gradient of ';

/** Outputs `loss` (weighted sum over scored positions) and a gradient for each trainable tensor. */
export function trainingGraph(spec: TrainingGraphSpec): Map<string, Value> {
  const { config, capacity, bucket, topK, temperature } = spec;
  const { scored } = bucket;
  const { parameters, trainable } = inputParameters(config, capacity);
  const weights = input('weights', [scored]);
  const part = (value: Value, start: number, end: number): Value =>
    start === 0 && end === scored ? value : slice(value, 0, start, end);
  const targets =
    topK === 0
      ? { kind: 'sft' as const, ids: input('targets', [scored], 'int32') }
      : {
          kind: 'kd' as const,
          ids: input('topIds', [scored, topK], 'int32'),
          probs: input('topProbs', [scored, topK]),
          tail: input('tailProbs', [scored]),
          negentropy: input('negentropy', [scored]),
        };
  const losses = scoredChunks(config, parameters, bucket).map(({ start, end, logits }) => {
    const of = (value: Value): Value => part(value, start, end);
    if (targets.kind === 'sft') return crossEntropy(logits(), of(targets.ids), of(weights));
    const { ids, probs, tail, negentropy } = targets;
    const chunk = { ids: of(ids), probs: of(probs), tail: of(tail), negentropy: of(negentropy) };
    return forwardKl(logits(), chunk, of(weights), temperature);
  });
  const loss = losses.reduce((sum, chunk) => add(sum, chunk));
  const names = [...trainable.keys()];
  const gradients = backward(loss, [...trainable.values()]);
  return new Map([
    ['loss', loss],
    ...names.map((name, i): [string, Value] => [GRADIENT + name, gradients[i]!]),
  ]);
}
