import { normalQuantile } from './normal.ts';
import type { Interval } from './types.ts';

/**
 * Wilson's score interval for a rate (Wilson 1927; Newcombe 1998a, method 3).
 * `successes` and `n` may be fractional, as effective counts of clustered draws are.
 * With n = 0 nothing is known: [0, 1].
 */
export function wilsonInterval(successes: number, n: number, level = 0.95): Interval {
  const { low, high } = wilsonBounds(successes, n, level);
  return { low, high, level, method: 'Wilson' };
}

/** Bounds of `wilsonInterval`, clamped so that they contain successes / n. */
export function wilsonBounds(
  successes: number,
  n: number,
  level: number,
): { low: number; high: number } {
  if (!(n >= 0 && successes >= 0 && successes <= n)) {
    throw new RangeError(`not a count: ${successes} of ${n}`);
  }
  if (n === 0) return { low: 0, high: 1 };
  const z = normalQuantile((1 + level) / 2);
  const rate = successes / n;
  const centre = rate + (z * z) / (2 * n);
  const half = z * Math.sqrt((rate * (1 - rate)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return {
    low: Math.max(0, Math.min(rate, (centre - half) / scale)),
    high: Math.min(1, Math.max(rate, (centre + half) / scale)),
  };
}
