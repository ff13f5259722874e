import { createRng } from '../base/rng.ts';

/** Up to this many non-zero differences all 2^n sign patterns are counted. */
const EXACT_UP_TO = 20;
const MONTE_CARLO_FLIPS = 20_000;
const TOLERANCE = 1e-12;

/** Result of `signFlipTest`. */
export interface SignFlip {
  readonly p: number;
  readonly exact: boolean;
  /** Differences that are not zero; zeros carry no sign and leave p unchanged. */
  readonly n: number;
}

/**
 * One-sided paired sign-flip (Fisher's randomisation) test that differences lean above zero:
 * the share of sign patterns whose sum is at least the observed one. Exact for at most 20
 * non-zero differences, otherwise Monte-Carlo with the observed pattern counted among the draws,
 * which keeps it valid (Phipson and Smyth 2010).
 */
export function signFlipTest(differences: readonly number[], seed: string): SignFlip {
  const sizes = differences.map(Math.abs).filter((size) => size > TOLERANCE);
  const observed = differences.reduce((sum, difference) => sum + difference, 0);
  if (sizes.length <= EXACT_UP_TO) {
    return { p: countPatterns(sizes, observed) / 2 ** sizes.length, exact: true, n: sizes.length };
  }
  const rng = createRng(seed, 'sign-flip');
  let atLeast = 0;
  for (let flip = 0; flip < MONTE_CARLO_FLIPS; flip++) {
    let sum = 0;
    for (const size of sizes) sum += rng.next() < 0.5 ? size : -size;
    if (sum >= observed - TOLERANCE) atLeast += 1;
  }
  return { p: (1 + atLeast) / (1 + MONTE_CARLO_FLIPS), exact: false, n: sizes.length };
}

// Gray code: successive patterns differ in one sign, so each costs one addition.
function countPatterns(sizes: readonly number[], observed: number): number {
  const sign = sizes.map(() => 1);
  let sum = sizes.reduce((total, size) => total + size, 0);
  let count = sum >= observed - TOLERANCE ? 1 : 0;
  for (let pattern = 1; pattern < 2 ** sizes.length; pattern++) {
    const flipped = 31 - Math.clz32(pattern & -pattern);
    sign[flipped] = -sign[flipped]!;
    sum += 2 * sign[flipped] * sizes[flipped]!;
    if (sum >= observed - TOLERANCE) count += 1;
  }
  return count;
}
