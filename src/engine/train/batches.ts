import { createRng } from '../../base/rng.ts';
import { layOut, lengthOf, packRows, rowTime, type Bucket, type PackedBatch } from '../packing.ts';
import { roundUp } from '../round-up.ts';
import type { TokenExample } from '../types.ts';
import { cheapestBucket, chooseBuckets, type RunShape, SCORED_STEP } from './shape-buckets.ts';
import { splitRuns } from './split-runs.ts';

/** Most tokens of one run unless asked otherwise; larger batches are accumulated over several runs. */
export const MAX_RUN_TOKENS = 4096;

export interface PlannedBatch {
  readonly examples: readonly number[];
  /** Scored tokens in the whole batch. */
  readonly scored: number;
  /** Its runs, each laid out for the shape bucket of that index. */
  readonly runs: () => Iterable<{ readonly bucket: number; readonly packed: PackedBatch }>;
}

/** Batches, packed, and the few shape buckets that their runs are laid out for. */
export interface BatchPlan {
  /** Fits every run. */
  readonly bucket: Bucket;
  /** `bucket` first, then cheaper ones. */
  readonly buckets: readonly Bucket[];
  /** Most groups in one run. */
  readonly groups: number;
  readonly batches: readonly PlannedBatch[];
}

export interface PackOptions {
  /** Consecutive examples that must share a run, 2 for preference pairs; 1 when absent. */
  readonly groupSize?: number;
  /** Most tokens, padding included, computed at once; a batch that has more is accumulated. Default 4096. */
  readonly maxRunTokens?: number | undefined;
  /** Most scored positions whose logits exist at once; chosen by the width of the vocabulary when absent. */
  readonly headRows?: number;
  /** A bucket of earlier training, so that its compiled session can serve again. */
  readonly atLeast?: Bucket;
  /** Weighs a bucket; without it there is one bucket for all runs. */
  readonly cost?: (bucket: Bucket) => number;
}

/** How long training goes on: a number of epochs, or of batches over as many epochs as these take. */
export interface TrainingLength {
  readonly epochs?: number | undefined;
  readonly steps?: number | undefined;
}

interface BatchOptions extends TrainingLength {
  readonly batchSize: number;
  readonly seed: string;
}

/**
 * Order of examples over all epochs, packed. `batchSize` counts groups. The order depends on the
 * seed and the epoch alone, so a batch is known by its number. RangeError unless the options give
 * either epochs or steps.
 */
export function planBatches(
  examples: readonly TokenExample[],
  options: PackOptions & BatchOptions,
): BatchPlan {
  const { groupSize = 1 } = options;
  const batches = drawBatches(examples.length / groupSize, options);
  const members = batches.map((groups) =>
    groups.flatMap((group) => Array.from({ length: groupSize }, (_, i) => group * groupSize + i)),
  );
  return packBatches(examples, members, options);
}

/** Packs batches given as indices of examples; members of a group stand side by side. */
export function packBatches(
  examples: readonly TokenExample[],
  batches: readonly (readonly number[])[],
  options: PackOptions = {},
): BatchPlan {
  const { groupSize = 1, maxRunTokens = MAX_RUN_TOKENS, atLeast, headRows, cost } = options;
  const lengths = examples.map(lengthOf);
  const time = Math.max(rowTime(lengths), atLeast?.time ?? 0);
  const maxRows = Math.max(1, Math.floor(maxRunTokens / time));
  const drafts = batches.map((members) => ({
    members,
    runs: splitRuns(members, { lengths, time, maxRows, groupSize }),
  }));
  const shapeOf = (rows: readonly (readonly number[])[]): RunShape => {
    const members = rows.flat();
    return {
      lengths: members.map((index) => lengths[index]!),
      scored: members.reduce((sum, index) => sum + examples[index]!.completionIds.length, 0),
    };
  };
  const runs = drafts.flatMap((draft) => draft.runs);
  const most = (count: (run: number[][]) => number): number => Math.max(1, ...runs.map(count));
  const shapes = runs.map(shapeOf);
  const bucket: Bucket = {
    time,
    rows: Math.max(
      most((rows) => rows.length),
      atLeast?.rows ?? 0,
    ),
    scored: Math.max(
      roundUp(Math.max(1, ...shapes.map(({ scored }) => scored)), SCORED_STEP),
      atLeast?.scored ?? 0,
    ),
    ...(headRows === undefined ? {} : { headRows }),
  };
  const buckets = cost === undefined ? [bucket] : chooseBuckets(shapes, bucket, cost);
  return {
    bucket,
    buckets,
    groups: most((rows) => rows.flat().length) / groupSize,
    batches: drafts.map((draft) => ({
      examples: draft.members,
      scored: draft.runs.reduce((sum, rows) => sum + shapeOf(rows).scored, 0),
      *runs() {
        for (const rows of draft.runs) {
          const index = cost === undefined ? 0 : cheapestBucket(shapeOf(rows), buckets, cost);
          const chosen = buckets[index]!;
          const laidOut = index === 0 ? rows : repack(rows.flat(), lengths, chosen.time);
          yield { bucket: index, packed: layOut(examples, laidOut, chosen) };
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

/** Each epoch visits every group once, in an order of its own. */
function drawBatches(count: number, options: BatchOptions): number[][] {
  const batches: number[][] = [];
  const epochs = epochsOf(options, count);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const indices = Array.from({ length: count }, (_, i) => i);
    const order = createRng(options.seed, 'epoch', epoch).shuffle(indices);
    for (let at = 0; at < order.length; at += options.batchSize) {
      batches.push(order.slice(at, at + options.batchSize));
    }
  }
  return batches.slice(0, options.steps);
}

/** Epochs over `count` groups, the last of which may end early. */
function epochsOf({ epochs, steps, batchSize }: BatchOptions, count: number): number {
  if (epochs !== undefined && steps === undefined) return epochs;
  if (epochs !== undefined || steps === undefined) throw new RangeError('give epochs or steps');
  return count === 0 ? 0 : Math.ceil(steps / Math.ceil(count / batchSize));
}
