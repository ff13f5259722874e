import { backward } from '../graph/backward.ts';
import type { Value } from '../graph/value.ts';
import { inputParameters } from '../decoder/parameters.ts';
import { scoredChunks } from '../packed-graph.ts';
import type { Bucket } from '../packing.ts';
import type { Capacity, DecoderConfig } from '../types.ts';
import type { LossSpec } from './loss-spec.ts';
import { preferenceLoss } from './preference-loss.ts';
import { tokenLoss } from './token-loss.ts';

/** What decides the shape of a training graph; equal specs share one compiled session. */
export interface TrainingGraphSpec {
  readonly config: DecoderConfig;
  readonly capacity: Capacity;
  readonly bucket: Bucket;
  readonly loss: LossSpec;
}

/** Prefix of gradient outputs. */
export const GRADIENT = 'gradient of ';

/** Outputs `loss` (a weighted sum over tokens or sequences) and a gradient for each trainable tensor. */
export function trainingGraph(spec: TrainingGraphSpec): Map<string, Value> {
  const { config, capacity, bucket } = spec;
  const { parameters, trainable } = inputParameters(config, capacity);
  const chunks = scoredChunks(config, parameters, bucket);
  const loss = lossOf(spec, chunks);
  const names = [...trainable.keys()];
  const gradients = backward(loss, [...trainable.values()]);
  return new Map([
    ['loss', loss],
    ...names.map((name, i): [string, Value] => [GRADIENT + name, gradients[i]!]),
  ]);
}

function lossOf(
  { loss, bucket, config }: TrainingGraphSpec,
  chunks: ReturnType<typeof scoredChunks>,
): Value {
  switch (loss.kind) {
    case 'sft':
    case 'kd':
      return tokenLoss(loss, chunks, bucket.scored, config.vocabSize);
    case 'dpo':
    case 'kto':
      return preferenceLoss(loss, chunks, bucket.scored);
    default:
      return loss satisfies never;
  }
}
