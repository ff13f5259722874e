import { wilsonBounds } from './wilson.ts';
import type { Interval } from './types.ts';

/** Successes among n independent observations; both may be fractional. */
export interface Count {
  readonly successes: number;
  readonly n: number;
}

/**
 * Interval for a difference of two independent rates, first minus second: Newcombe (1998b),
 * method 10, the hybrid of two Wilson intervals. A side with n = 0 contributes [0, 1] about ½.
 */
export function newcombeInterval(first: Count, second: Count, level = 0.95): Interval {
  const a = { rate: rateOf(first), ...wilsonBounds(first.successes, first.n, level) };
  const b = { rate: rateOf(second), ...wilsonBounds(second.successes, second.n, level) };
  const difference = a.rate - b.rate;
  return {
    low: Math.max(-1, difference - Math.hypot(a.rate - a.low, b.high - b.rate)),
    high: Math.min(1, difference + Math.hypot(a.high - a.rate, b.rate - b.low)),
    level,
    method: 'Newcombe',
  };
}

function rateOf(count: Count): number {
  return count.n === 0 ? 0.5 : count.successes / count.n;
}
