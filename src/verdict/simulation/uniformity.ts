import { createRng } from '../../base/rng.ts';

const DRAWS = 2000;

/**
 * Monte-Carlo p-value that ranks are uniform over their places: Pearson's statistic of the counts
 * against its distribution under uniform ranks, simulated, the observed counted among the draws.
 * Exact for any number of studies, where χ² would need many in every place.
 */
export function uniformityPValue(counts: readonly number[], seed: string): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  const rng = createRng(seed, 'uniformity');
  const observed = sumOfSquares(counts);
  const drawn = new Uint32Array(counts.length);
  let atLeast = 1;
  for (let draw = 0; draw < DRAWS; draw++) {
    drawn.fill(0);
    for (let i = 0; i < n; i++) drawn[rng.int(counts.length)]! += 1;
    if (sumOfSquares(drawn) >= observed) atLeast += 1;
  }
  return atLeast / (1 + DRAWS);
}

/** Largest excess of the share of rank p-values at or below a level over that level. */
export function largestExcess(counts: readonly number[]): number {
  const n = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  let excess = 0;
  for (const [rank, count] of counts.entries()) {
    below += count;
    excess = Math.max(excess, below / n - (rank + 1) / counts.length);
  }
  return excess;
}

// Pearson's statistic up to constants, since every place expects the same.
function sumOfSquares(counts: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < counts.length; i++) sum += counts[i]! ** 2;
  return sum;
}
