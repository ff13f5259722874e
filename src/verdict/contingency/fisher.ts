import { logBeta } from '../log-gamma.ts';
import type { Count } from '../newcombe.ts';
import type { Alternative } from './mcnemar.ts';

/** Tables as likely as the observed one to within rounding count as equally extreme, as in R. */
const TIE = 1 + 1e-7;

/**
 * Fisher's exact test that the first rate exceeds the second (`greater`), falls below it, or
 * differs from it: hypergeometric tail given all margins; two-sided by the method of small
 * p-values (Fisher 1935; Agresti 2013, 3.5). For few independent observations; draws of one
 * model are not independent of each other, so no verdict rests on it. RangeError unless the
 * counts are whole numbers with successes ≤ n.
 */
export function fisherExactTest(
  first: Count,
  second: Count,
  alternative: Alternative = 'greater',
): number {
  for (const { successes, n } of [first, second]) {
    if (!(Number.isInteger(successes) && Number.isInteger(n) && successes >= 0 && successes <= n)) {
      throw new RangeError(`not a count: ${successes} of ${n}`);
    }
  }
  const hits = first.successes + second.successes;
  const lowest = Math.max(0, hits - second.n);
  const highest = Math.min(hits, first.n);
  const logTotal = logChoose(first.n + second.n, hits);
  const chance = (k: number): number =>
    Math.exp(logChoose(first.n, k) + logChoose(second.n, hits - k) - logTotal);
  const sum = (from: number, to: number, counts: (p: number) => boolean = () => true): number => {
    // Smallest terms first keeps their digits.
    const terms: number[] = [];
    for (let k = from; k <= to; k++) {
      const p = chance(k);
      if (counts(p)) terms.push(p);
    }
    return Math.min(
      1,
      terms.sort((a, b) => a - b).reduce((total, p) => total + p, 0),
    );
  };
  switch (alternative) {
    case 'greater':
      return sum(first.successes, highest);
    case 'less':
      return sum(lowest, first.successes);
    case 'two-sided': {
      const observed = chance(first.successes) * TIE;
      return sum(lowest, highest, (p) => p <= observed);
    }
  }
}

/** ln of the binomial coefficient n over k; −∞ outside 0 ≤ k ≤ n. */
export function logChoose(n: number, k: number): number {
  if (k < 0 || k > n) return Number.NEGATIVE_INFINITY;
  return -Math.log(n + 1) - logBeta(n - k + 1, k + 1);
}
