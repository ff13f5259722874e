import { layOut, lengthOf, packRows, rowTime, type Bucket, type PackedBatch } from './packing.ts';
import { roundUp } from './round-up.ts';
import type { TokenExample } from './types.ts';

const MAX_RUN_TOKENS = 2048;
const SCORED_STEP = 64;

/** Examples packed for inference: one shape bucket, and the batches to run in it. */
export interface ScoringRuns {
  readonly bucket: Bucket;
  /** Completion tokens of all examples. */
  readonly rows: number;
  /** Index of each example's first completion token among them. */
  readonly firstRow: readonly number[];
  readonly batches: () => Iterable<PackedBatch>;
}

/** Packs examples of any length into runs of about MAX_RUN_TOKENS tokens. */
export function planScoring(items: readonly TokenExample[]): ScoringRuns {
  const lengths = items.map(lengthOf);
  const time = rowTime(lengths);
  const packed = packRows(lengths, time);
  const perRun = Math.max(1, Math.floor(MAX_RUN_TOKENS / time));
  const runs: number[][][] = [];
  for (let at = 0; at < packed.length; at += perRun) runs.push(packed.slice(at, at + perRun));
  const scoredIn = (run: number[][]): number =>
    run.flat().reduce((sum, index) => sum + items[index]!.completionIds.length, 0);
  const bucket = {
    time,
    rows: Math.max(1, ...runs.map((run) => run.length)),
    scored: roundUp(Math.max(1, ...runs.map(scoredIn)), SCORED_STEP),
  };
  const firstRow: number[] = [];
  let rows = 0;
  for (const { completionIds } of items) {
    firstRow.push(rows);
    rows += completionIds.length;
  }
  return {
    bucket,
    rows,
    firstRow,
    *batches() {
      for (const run of runs) yield layOut(items, run, bucket);
    },
  };
}
