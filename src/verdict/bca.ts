import { normalCdf, normalQuantile } from './normal.ts';
import type { Interval } from './types.ts';

/**
 * Bias-corrected and accelerated bootstrap interval (Efron 1987; Efron and Tibshirani 1993,
 * 14.3). Replicates equal to the estimate count half in the bias correction. Widened where
 * needed to contain the estimate.
 */
export function bcaInterval(
  estimate: number,
  replicates: Float64Array,
  acceleration: number,
  level: number,
): Interval {
  const sorted = replicates.toSorted();
  const bias = biasCorrection(estimate, sorted);
  const bound = (tail: number): number => {
    const z = bias + normalQuantile(tail);
    const denominator = 1 - acceleration * z;
    // Beyond its pole the correction has no meaning; the end of the distribution is the limit.
    if (denominator <= 0) return quantileOfSorted(sorted, tail < 0.5 ? 0 : 1);
    return quantileOfSorted(sorted, normalCdf(bias + z / denominator));
  };
  return {
    low: Math.min(estimate, bound((1 - level) / 2)),
    high: Math.max(estimate, bound((1 + level) / 2)),
    level,
    method: 'cluster bootstrap (BCa)',
  };
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan 1996, type 7). */
export function quantileOfSorted(sorted: Float64Array, p: number): number {
  const at = p * (sorted.length - 1);
  const below = Math.floor(at);
  const above = Math.min(sorted.length - 1, below + 1);
  return sorted[below]! + (at - below) * (sorted[above]! - sorted[below]!);
}

/**
 * The same quantile of values in any order, by selection (Hoare 1961): the two order statistics
 * it needs are found without sorting the rest. Reorders `values`.
 */
export function quantileOf(values: Float64Array, p: number): number {
  const at = p * (values.length - 1);
  const below = Math.floor(at);
  const low = select(values, below);
  if (below === values.length - 1) return low;
  let next = Number.POSITIVE_INFINITY;
  for (let i = below + 1; i < values.length; i++) next = Math.min(next, values[i]!);
  return low + (at - below) * (next - low);
}

function select(values: Float64Array, k: number): number {
  let left = 0;
  let right = values.length - 1;
  while (left < right) {
    const pivot = values[(left + right) >> 1]!;
    let i = left;
    let j = right;
    while (i <= j) {
      while (values[i]! < pivot) i++;
      while (values[j]! > pivot) j--;
      if (i > j) break;
      const kept = values[i]!;
      values[i++] = values[j]!;
      values[j--] = kept;
    }
    if (k <= j) right = j;
    else if (k >= i) left = i;
    else break;
  }
  return values[k]!;
}

function biasCorrection(estimate: number, sorted: Float64Array): number {
  let below = 0;
  let equal = 0;
  for (const value of sorted) {
    if (Math.abs(value - estimate) < 1e-12) equal += 1;
    else if (value < estimate) below += 1;
  }
  const share = (below + equal / 2) / sorted.length;
  // An estimate at the very end would send the correction to infinity.
  const inside = Math.min(1 - 0.5 / sorted.length, Math.max(0.5 / sorted.length, share));
  return normalQuantile(inside);
}
