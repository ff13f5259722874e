import { createRng } from '../../base/rng.ts';
import { layOut, lengthOf, rowTime, type Bucket, type PackedBatch } from '../packing.ts';
import { roundUp } from '../round-up.ts';
import type { TokenExample } from '../types.ts';
import { splitRuns } from './split-runs.ts';

/** Most tokens of one run; larger batches are accumulated over several runs. */
const MAX_RUN_TOKENS = 4096;

/** Scored rows are rounded up to this, so that few shape buckets are compiled. */
const SCORED_STEP = 64;

export interface PlannedBatch {
  readonly examples: readonly number[];
  /** Scored tokens in the whole batch. */
  readonly scored: number;
  readonly runs: () => Iterable<PackedBatch>;
}

/** Batches, packed, with one shape bucket for every run. */
export interface BatchPlan {
  readonly bucket: Bucket;
  /** Most groups in one run. */
  readonly groups: number;
  readonly batches: readonly PlannedBatch[];
}

interface PackOptions {
  /** Consecutive examples that must share a run, 2 for preference pairs; 1 when absent. */
  readonly groupSize?: number;
  readonly maxRunTokens?: number;
  /** A bucket of earlier training, so that its compiled session can serve again. */
  readonly atLeast?: Bucket;
}

/** Order of examples over all epochs, packed. `batchSize` counts groups. */
export function planBatches(
  examples: readonly TokenExample[],
  options: PackOptions & {
    readonly epochs: number;
    readonly batchSize: number;
    readonly seed: string;
  },
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
  { groupSize = 1, maxRunTokens = MAX_RUN_TOKENS, atLeast }: PackOptions = {},
): BatchPlan {
  const lengths = examples.map(lengthOf);
  const time = Math.max(rowTime(lengths), atLeast?.time ?? 0);
  const maxRows = Math.max(1, Math.floor(Math.min(MAX_RUN_TOKENS, maxRunTokens) / time));
  const drafts = batches.map((members) => ({
    members,
    runs: splitRuns(members, { lengths, time, maxRows, groupSize }),
  }));
  const scoredIn = (rows: readonly (readonly number[])[]): number =>
    rows.flat().reduce((sum, index) => sum + examples[index]!.completionIds.length, 0);
  const runs = drafts.flatMap((draft) => draft.runs);
  const most = (count: (run: number[][]) => number): number => Math.max(1, ...runs.map(count));
  const bucket = {
    time,
    rows: Math.max(
      most((rows) => rows.length),
      atLeast?.rows ?? 0,
    ),
    scored: Math.max(roundUp(most(scoredIn), SCORED_STEP), atLeast?.scored ?? 0),
  };
  return {
    bucket,
    groups: most((rows) => rows.flat().length) / groupSize,
    batches: drafts.map((draft) => ({
      examples: draft.members,
      scored: draft.runs.reduce((sum, rows) => sum + scoredIn(rows), 0),
      *runs() {
        for (const rows of draft.runs) yield layOut(examples, rows, bucket);
      },
    })),
  };
}

/** Each epoch visits every group once, in an order of its own. */
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
