import { createRng } from '../../base/rng.ts';
import { choose, randomChoice, subsetSums } from './combinations.ts';

/** Up to this many relabellings all are counted. */
const EXACT_UP_TO = 200_000;
const MONTE_CARLO_RELABELLINGS = 20_000;

/** Runs that may be relabelled among each other: same recipe, base and seed. */
export interface Stratum {
  readonly suspects: readonly number[];
  readonly twins: readonly number[];
}

/** Result of a permutation test. */
export interface PermutationTest {
  readonly p: number;
  /** Whether every relabelling was counted. */
  readonly exact: boolean;
  /** Relabellings there are; the floor of p is its inverse. */
  readonly relabellings: number;
}

/**
 * One-sided stratified permutation test that U's runs score above the twins': within each stratum
 * the label "U" is moved among the runs, and p is the share of relabellings whose statistic is at
 * least the observed one (Fisher 1935; Pesarin and Salmaso 2010, 2.2). The statistic is the sum
 * over strata of n m / (n + m) times the difference of means, which for fixed pooled totals is
 * the sum of U's scores up to a constant. All relabellings up to 200,000; beyond that 20,000
 * random ones with the observed counted among them, which keeps p valid (Phipson and Smyth 2010).
 *
 * Exact where runs are exchangeable. Students of one teacher are not if teachers differ: the
 * unit is then the teacher, and `rankPValue` is the test.
 */
export function stratifiedPermutationTest(
  strata: readonly Stratum[],
  seed: string,
  exactUpTo = EXACT_UP_TO,
): PermutationTest {
  const used = strata.filter(({ suspects, twins }) => suspects.length > 0 && twins.length > 0);
  const pooled = used.map(({ suspects, twins }) => [...suspects, ...twins]);
  const observed = used.reduce((sum, { suspects }) => sum + total(suspects), 0);
  const relabellings = used.reduce(
    (product, { suspects }, s) => product * choose(pooled[s]!.length, suspects.length),
    1,
  );
  // Equal sums reached by other additions differ in their last bits.
  const limit = observed - 1e-9 * Math.max(1, Math.abs(observed));
  if (relabellings <= exactUpTo) {
    const sums = used.map(({ suspects }, s) => subsetSums(pooled[s]!, suspects.length));
    return { p: countAtLeast(sums, limit) / relabellings, exact: true, relabellings };
  }
  const rng = createRng(seed, 'stratified-permutation');
  const scratch = new Uint32Array(Math.max(...pooled.map((values) => values.length)));
  let atLeast = 1;
  for (let draw = 0; draw < MONTE_CARLO_RELABELLINGS; draw++) {
    let sum = 0;
    for (const [s, { suspects }] of used.entries()) {
      const values = pooled[s]!;
      for (const i of randomChoice(values.length, suspects.length, rng, scratch)) sum += values[i]!;
    }
    if (sum >= limit) atLeast += 1;
  }
  return { p: atLeast / (1 + MONTE_CARLO_RELABELLINGS), exact: false, relabellings };
}

// Last stratum sorted, so that each combination of the others costs one search.
function countAtLeast(sums: readonly Float64Array[], limit: number): number {
  if (sums.length === 0) return 1;
  const last = sums.at(-1)!.toSorted();
  const walk = (stratum: number, sum: number): number => {
    if (stratum === sums.length - 1) return last.length - firstAtLeast(last, limit - sum);
    let count = 0;
    for (const own of sums[stratum]!) count += walk(stratum + 1, sum + own);
    return count;
  };
  return walk(0, 0);
}

/** Position of the first value ≥ `limit` in an ascending list. */
export function firstAtLeast(sorted: Float64Array, limit: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
