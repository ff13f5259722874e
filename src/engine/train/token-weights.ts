import { completionStarts } from '../completion-rows.ts';
import type { Bucket, PackedBatch } from '../packing.ts';
import type { TensorData } from '../session.ts';
import type { TokenExample } from '../types.ts';
import type { PlannedBatch } from './batches.ts';

/**
 * Feeds `weights`: each scored token's share of its batch, w / Σ w, so that a batch's loss is a
 * mean however it is split over runs. Padding weighs 0, as does a batch whose weights are all 0.
 */
export function tokenWeights(
  weights_N: Float32Array | undefined,
  examples: readonly TokenExample[],
  bucket: Bucket,
): (packed: PackedBatch, batch: PlannedBatch) => Map<string, TensorData> {
  const weights = new Float32Array(bucket.scored);
  const feeds = new Map<string, TensorData>([['weights', weights]]);
  if (weights_N === undefined) {
    return (packed, batch) => {
      weights.fill(0).fill(1 / batch.scored, 0, packed.origin.length);
      return feeds;
    };
  }
  const starts = completionStarts(examples);
  checkWeights(weights_N, starts.at(-1)!);
  const sumOf = (example: number): number =>
    weights_N
      .subarray(starts[example], starts[example + 1])
      .reduce((sum, weight) => sum + weight, 0);
  return (packed, batch) => {
    const sum = batch.examples.reduce((total, example) => total + sumOf(example), 0);
    const share = sum > 0 ? 1 / sum : 0;
    weights.fill(0);
    packed.origin.forEach(({ example, offset }, i) => {
      weights[i] = weights_N[starts[example]! + offset]! * share;
    });
    return feeds;
  };
}

function checkWeights(weights_N: Float32Array, rows: number): void {
  if (weights_N.length !== rows) {
    throw new RangeError(`${weights_N.length} token weights for ${rows} completion tokens`);
  }
  const bad = weights_N.findIndex((weight) => !(weight >= 0 && weight < Infinity));
  if (bad >= 0) throw new RangeError(`token weight ${bad} is ${weights_N[bad]}: must be ≥ 0`);
}
