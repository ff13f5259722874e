import type { Rng } from '../../base/rng.ts';
import { logChoose } from '../contingency/fisher.ts';

/** Number of ways to choose k of n, as a double; exact as far as all are ever enumerated. */
export function choose(n: number, k: number): number {
  const ways = Math.exp(logChoose(n, k));
  return ways < 1e15 ? Math.round(ways) : ways;
}

/** Sums of every k of the values, one per choice, in a fixed order. */
export function subsetSums(values: readonly number[], k: number): Float64Array {
  const sums = new Float64Array(choose(values.length, k));
  let at = 0;
  const walk = (from: number, left: number, sum: number): void => {
    if (left === 0) {
      sums[at++] = sum;
      return;
    }
    for (let i = from; i <= values.length - left; i++) walk(i + 1, left - 1, sum + values[i]!);
  };
  walk(0, k, 0);
  return sums;
}

/** Every choice of k positions among n, in lexicographic order. */
export function* choices(n: number, k: number): Generator<readonly number[]> {
  const chosen = Array.from({ length: k }, (_, i) => i);
  while (true) {
    yield chosen;
    let i = k - 1;
    while (i >= 0 && chosen[i] === n - k + i) i--;
    if (i < 0) return;
    chosen[i]! += 1;
    for (let j = i + 1; j < k; j++) chosen[j] = chosen[j - 1]! + 1;
  }
}

/** k distinct positions among n at random, in the order drawn (partial Fisher–Yates). */
export function randomChoice(n: number, k: number, rng: Rng, scratch: Uint32Array): Uint32Array {
  for (let i = 0; i < n; i++) scratch[i] = i;
  for (let i = 0; i < k; i++) {
    const j = i + rng.int(n - i);
    const kept = scratch[i]!;
    scratch[i] = scratch[j]!;
    scratch[j] = kept;
  }
  return scratch.subarray(0, k);
}
