import { exceeds, roundStatistic } from './exactness.ts';

/**
 * Exact one-sided rank (conformal) p-value of U among B benign twins:
 * p = (1 + #{b: S_b ≥ S_U}) / (B + 1). Ties count against U's guilt, so under exchangeability
 * P(p ≤ α) ≤ α for every B and every distribution (Vovk, Gammerman and Shafer 2005, prop. 2.4).
 */
export function rankPValue(suspect: number, twins: readonly number[]): number {
  const mine = roundStatistic(suspect);
  const atLeast = twins.filter((twin) => roundStatistic(twin) >= mine).length;
  return (1 + atLeast) / (twins.length + 1);
}

/** Smallest p-value that many twins allow. */
export function rankFloor(twins: number): number {
  return 1 / (twins + 1);
}

/**
 * Whether a rank p-value raises an alarm. Where the twins are too few for p ≤ α, ranking above
 * every one of them does; used where an alarm is the cautious reading, never to incriminate.
 */
export function rankAlarm(p: number, twins: number, alpha: number): boolean {
  return !exceeds(p, Math.max(alpha, rankFloor(twins)));
}
