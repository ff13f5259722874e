import { betaQuantile } from './beta-quantile.ts';
import type { Interval } from './types.ts';

/** Exact two-sided interval for a rate (Clopper and Pearson 1934). */
export function clopperPearsonInterval(successes: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  return {
    low: lowerBound(successes, n, tail),
    high: upperBound(successes, n, tail),
    level,
    method: 'Clopper-Pearson',
  };
}

/**
 * Exact one-sided upper bound of a rate: the largest rate at which so few successes still have
 * a chance of 1 − level. With 0 of n it is 1 − (1 − level)^(1/n).
 */
export function clopperPearsonUpper(successes: number, n: number, level = 0.95): number {
  return upperBound(successes, n, 1 - level);
}

function lowerBound(successes: number, n: number, tail: number): number {
  check(successes, n);
  return successes === 0 ? 0 : betaQuantile(tail, successes, n - successes + 1);
}

function upperBound(successes: number, n: number, tail: number): number {
  check(successes, n);
  return successes === n ? 1 : 1 - betaQuantile(tail, n - successes, successes + 1);
}

function check(successes: number, n: number): void {
  if (!(successes >= 0 && successes <= n))
    throw new RangeError(`not a count: ${successes} of ${n}`);
}
