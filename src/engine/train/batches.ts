import { createRng } from '../../base/rng.ts';
import { layOut, lengthOf, packRows, rowTime, type Bucket, type PackedBatch } from '../packing.ts';
import { roundUp } from '../round-up.ts';
import type { TokenExample } from '../types.ts';
import { cheapestBucket, chooseBuckets, type RunShape, SCORED_STEP } from './shape-buckets.ts';

/** Most tokens of one run unless asked otherwise; larger batches are accumulated over several runs. */
const MAX_RUN_TOKENS = 4096;

export interface PlannedBatch {
  readonly examples: readonly number[];
  /** Scored tokens in the whole batch. */
  readonly scored: number;
  /** Its runs, each laid out for the shape bucket of that index. */
  readonly runs: () => Iterable<{ readonly bucket: number; readonly packed: PackedBatch }>;
}

export interface BatchOptions {
  readonly epochs: number;
  /** Examples per optimiser step. */
  readonly batchSize: number;
  readonly seed: string;
  /** Most tokens, padding included, computed at once; a batch that has more is accumulated. Default 4096. */
  readonly maxRunTokens?: number;
  /** Most scored positions whose logits exist at once; chosen by the width of the vocabulary when absent. */
  readonly headRows?: number;
}

/**
 * Order of examples over all epochs, packed into runs, and the few shape buckets that the runs are
 * laid out for. `cost` weighs a bucket. The order depends on the seed and the epoch alone, so a
 * batch is known by its number.
 */
export function planBatches(
  examples: readonly TokenExample[],
  options: BatchOptions,
  cost: (bucket: Bucket) => number,
): { readonly buckets: readonly Bucket[]; readonly batches: readonly PlannedBatch[] } {
  const lengths = examples.map(lengthOf);
  const time = rowTime(lengths);
  const maxRows = Math.max(1, Math.floor((options.maxRunTokens ?? MAX_RUN_TOKENS) / time));
  const drafts = drawBatches(examples.length, options).map((members) => {
    const rows = packRows(
      members.map((index) => lengths[index]!),
      time,
    ).map((row) => row.map((local) => members[local]!));
    const runs: number[][][] = [];
    for (let at = 0; at < rows.length; at += maxRows) runs.push(rows.slice(at, at + maxRows));
    return { members, runs };
  });
  const runs = drafts.flatMap((draft) => draft.runs);
  const shapeOf = (rows: readonly (readonly number[])[]): RunShape => {
    const members = rows.flat();
    return {
      lengths: members.map((index) => lengths[index]!),
      scored: members.reduce((sum, index) => sum + examples[index]!.completionIds.length, 0),
    };
  };
  const shapes = runs.map(shapeOf);
  const largest: Bucket = {
    time,
    rows: Math.max(1, ...runs.map((rows) => rows.length)),
    scored: roundUp(Math.max(1, ...shapes.map(({ scored }) => scored)), SCORED_STEP),
    ...(options.headRows === undefined ? {} : { headRows: options.headRows }),
  };
  const buckets = chooseBuckets(shapes, largest, cost);
  return {
    buckets,
    batches: drafts.map((draft) => ({
      examples: draft.members,
      scored: draft.runs.reduce((sum, rows) => sum + shapeOf(rows).scored, 0),
      *runs() {
        for (const rows of draft.runs) {
          const index = cheapestBucket(shapeOf(rows), buckets, cost);
          const bucket = buckets[index]!;
          const laidOut = index === 0 ? rows : repack(rows.flat(), lengths, bucket.time);
          yield { bucket: index, packed: layOut(examples, laidOut, bucket) };
        }
      },
    })),
  };
}

function repack(
  members: readonly number[],
  lengths: readonly number[],
  time: number,
): readonly (readonly number[])[] {
  const own = members.map((index) => lengths[index]!);
  return packRows(own, time).map((row) => row.map((local) => members[local]!));
}

/** Each epoch visits every example once, in an order of its own. */
function drawBatches(
  count: number,
  options: { readonly epochs: number; readonly batchSize: number; readonly seed: string },
): number[][] {
  const batches: number[][] = [];
  for (let epoch = 0; epoch < options.epochs; epoch++) {
    const indices = Array.from({ length: count }, (_, i) => i);
    const order = createRng(options.seed, 'epoch', epoch).shuffle(indices);
    for (let at = 0; at < order.length; at += options.batchSize) {
      batches.push(order.slice(at, at + options.batchSize));
    }
  }
  return batches;
}
