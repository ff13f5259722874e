import { backward } from '../graph/backward.ts';
import type { Value } from '../graph/value.ts';
import { inputParameters } from '../decoder/parameters.ts';
import { scoredChunks, type ScoredChunk } from '../packed-graph.ts';
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
  const loss = lossOf(spec.loss, chunks, bucket.scored, config.vocabSize);
  const names = [...trainable.keys()];
  const gradients = backward(loss, [...trainable.values()]);
  return new Map([
    ['loss', loss],
    ...names.map((name, i): [string, Value] => [GRADIENT + name, gradients[i]!]),
  ]);
}

/** The loss of a run of `scored` positions, from logits that are made chunk by chunk. */
export function lossOf(
  loss: LossSpec,
  chunks: readonly ScoredChunk[],
  scored: number,
  vocabSize: number,
): Value {
  switch (loss.kind) {
    case 'sft':
    case 'kd':
      return tokenLoss(loss, chunks, scored, vocabSize);
    case 'dpo':
    case 'kto':
      return preferenceLoss(loss, chunks, scored);
    default:
      return loss satisfies never;
  }
}
