import { createRng } from '../../base/rng.ts';
import { layOut, lengthOf, packRows, rowTime, type Bucket, type PackedBatch } from '../packing.ts';
import { roundUp } from '../round-up.ts';
import type { TokenExample } from '../types.ts';

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

/** Order of examples over all epochs, packed, with one shape bucket for every run. */
export function planBatches(
  examples: readonly TokenExample[],
  options: { readonly epochs: number; readonly batchSize: number; readonly seed: string },
): { readonly bucket: Bucket; readonly batches: readonly PlannedBatch[] } {
  const lengths = examples.map(lengthOf);
  const time = rowTime(lengths);
  const maxRows = Math.max(1, Math.floor(MAX_RUN_TOKENS / time));
  const drafts = drawBatches(examples.length, options).map((members) => {
    const rows = packRows(
      members.map((index) => lengths[index]!),
      time,
    ).map((row) => row.map((local) => members[local]!));
    const runs: number[][][] = [];
    for (let at = 0; at < rows.length; at += maxRows) runs.push(rows.slice(at, at + maxRows));
    return { members, runs };
  });
  const scoredIn = (rows: readonly (readonly number[])[]): number =>
    rows.flat().reduce((sum, index) => sum + examples[index]!.completionIds.length, 0);
  const runs = drafts.flatMap((draft) => draft.runs);
  const bucket = {
    time,
    rows: Math.max(1, ...runs.map((rows) => rows.length)),
    scored: roundUp(Math.max(1, ...runs.map(scoredIn)), SCORED_STEP),
  };
  return {
    bucket,
    batches: drafts.map((draft) => ({
      examples: draft.members,
      scored: draft.runs.reduce((sum, rows) => sum + scoredIn(rows), 0),
      *runs() {
        for (const rows of draft.runs) yield layOut(examples, rows, bucket);
      },
    })),
  };
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
