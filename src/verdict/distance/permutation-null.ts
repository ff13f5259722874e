import { createRng } from '../../base/rng.ts';
import { atMost } from '../exactness.ts';
import { choices, choose, randomChoice } from '../permutation/combinations.ts';

const EXACT_UP_TO = 10_000;
const MONTE_CARLO_DRAWS = 4000;

/** A distance with the p-value of its permutation null. */
export interface DistanceTest {
  readonly distance: number;
  readonly p: number;
  readonly exact: boolean;
}

/**
 * Permutation test of any distance between two samples: items are relabelled, p is the share of
 * relabellings at least as far apart. Exact up to 10,000 relabellings, else 4,000 random ones
 * with the observed among them. Items must be exchangeable under the null, so hand in runs or
 * probe clusters, never draws that share a model or a probe. Report an effect floor beside it:
 * with many items any difference becomes significant.
 */
export function permutationDistance<T>(
  xs: readonly T[],
  ys: readonly T[],
  distance: (xs: readonly T[], ys: readonly T[]) => number,
  seed: string,
): DistanceTest {
  const pooled = [...xs, ...ys];
  const observed = distance(xs, ys);
  const reaches = (chosen: ReadonlySet<number>): boolean => {
    const first = pooled.filter((_, i) => chosen.has(i));
    const second = pooled.filter((_, i) => !chosen.has(i));
    return atMost(observed, distance(first, second));
  };
  const relabellings = choose(pooled.length, xs.length);
  if (relabellings <= EXACT_UP_TO) {
    let atLeast = 0;
    for (const chosen of choices(pooled.length, xs.length)) {
      if (reaches(new Set(chosen))) atLeast += 1;
    }
    return { distance: observed, p: atLeast / relabellings, exact: true };
  }
  const rng = createRng(seed, 'permutation-distance');
  const scratch = new Uint32Array(pooled.length);
  let atLeast = 1;
  for (let draw = 0; draw < MONTE_CARLO_DRAWS; draw++) {
    if (reaches(new Set(randomChoice(pooled.length, xs.length, rng, scratch)))) atLeast += 1;
  }
  return { distance: observed, p: atLeast / (1 + MONTE_CARLO_DRAWS), exact: false };
}
