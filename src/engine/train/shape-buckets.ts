import { packRows, rowTime, type Bucket } from '../packing.ts';
import { roundUp } from '../round-up.ts';
import type { DecoderConfig } from '../types.ts';

/** Scored positions are rounded up to this, so that buckets of like data are the same. */
export const SCORED_STEP = 64;
/** Compiling and warming up a session takes about as long as this many runs of the largest bucket. */
const COMPILE_RUNS = 8;
/** A further bucket must save this share of all work. */
const WORTHWHILE = 0.2;
const MAX_BUCKETS = 3;
/** Candidates and runs looked at, so that planning stays quick for large data sets. */
const MAX_CANDIDATES = 24;
const MAX_RUNS = 256;

/** What a run holds: lengths of its examples and how many of their tokens are scored. */
export interface RunShape {
  readonly lengths: readonly number[];
  readonly scored: number;
}

/** Multiply-adds of one forward pass over a bucket, padding included. */
export function bucketCost(config: DecoderConfig, { rows, time, scored }: Bucket): number {
  const { hiddenSize: d, heads, kvHeads, headDim, layers, intermediateSize, vocabSize } = config;
  const perToken = d * headDim * 2 * (heads + kvHeads) + 3 * d * intermediateSize;
  const attention = 2 * time * heads * headDim;
  return rows * time * layers * (perToken + attention) + scored * vocabSize * d;
}

/**
 * A few shape buckets in which these runs take little padding: `largest`, which fits every run,
 * then, one at a time, the shape of the run that saves most, as long as it saves a fifth of all
 * work and more than its session costs to compile.
 */
export function chooseBuckets(
  runs: readonly RunShape[],
  largest: Bucket,
  cost: (bucket: Bucket) => number,
): readonly Bucket[] {
  const looked = spread(runs, MAX_RUNS);
  const candidates = candidatesOf(looked, largest, cost);
  const fitting = candidates.map((bucket) => ({
    cost: cost(bucket),
    bucket,
    fits: looked.map((run) => fits(run, bucket)),
  }));
  const perRun = looked.map(() => cost(largest));
  const total = looked.length * cost(largest);
  const least = Math.max(
    WORTHWHILE * total,
    (COMPILE_RUNS * cost(largest) * looked.length) / Math.max(1, runs.length),
  );
  const buckets = [largest];
  while (buckets.length < MAX_BUCKETS) {
    const savings = fitting.map((candidate) =>
      perRun.reduce(
        (sum, now, i) => sum + (candidate.fits[i] ? Math.max(0, now - candidate.cost) : 0),
        0,
      ),
    );
    const most = Math.max(0, ...savings);
    const best = fitting[savings.indexOf(most)];
    if (best === undefined || most < least) break;
    buckets.push(best.bucket);
    perRun.forEach((now, i) => {
      if (best.fits[i]) perRun[i] = Math.min(now, best.cost);
    });
  }
  return buckets;
}

/** Index of the cheapest bucket that a run fits; the first bucket fits every run. */
export function cheapestBucket(
  run: RunShape,
  buckets: readonly Bucket[],
  cost: (bucket: Bucket) => number,
): number {
  let best = 0;
  buckets.forEach((bucket, i) => {
    if (i > 0 && cost(bucket) < cost(buckets[best]!) && fits(run, bucket)) best = i;
  });
  return best;
}

function fits({ lengths, scored }: RunShape, bucket: Bucket): boolean {
  return (
    scored <= bucket.scored &&
    lengths.every((length) => length <= bucket.time) &&
    packRows(lengths, bucket.time).length <= bucket.rows
  );
}

/** Shapes that fit some run closely, cheapest first. */
function candidatesOf(
  runs: readonly RunShape[],
  largest: Bucket,
  cost: (bucket: Bucket) => number,
): readonly Bucket[] {
  const shapes = new Map<string, Bucket>();
  for (const { lengths, scored } of runs) {
    for (const time of new Set([Math.min(rowTime(lengths), largest.time), largest.time])) {
      const bucket = {
        ...largest,
        time,
        rows: packRows(lengths, time).length,
        scored: Math.min(largest.scored, roundUp(Math.max(1, scored), SCORED_STEP)),
      };
      shapes.set(`${bucket.rows} ${time} ${bucket.scored}`, bucket);
    }
  }
  const byCost = [...shapes.values()].sort((a, b) => cost(a) - cost(b));
  return spread(byCost, MAX_CANDIDATES);
}

/** At most `count` of the items, evenly spaced, the last one among them. */
function spread<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from(
    { length: count },
    (_, i) => items[Math.floor(((i + 1) * items.length) / count) - 1]!,
  );
}
