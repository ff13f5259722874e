import { incompleteBeta } from '../incomplete-beta.ts';

/** Direction of a test: does the first side exceed the second, fall below it, or differ? */
export type Alternative = 'greater' | 'less' | 'two-sided';

/**
 * Exact McNemar test on paired yes/no answers: of the pairs that disagree, `first` said yes on
 * the first side only and `second` on the second only. Under the null each is a fair coin, so p
 * is a binomial tail at ½ (McNemar 1947; exact form Liddell 1983). Two-sided: twice the smaller
 * tail, at most 1. RangeError unless both are whole numbers ≥ 0.
 */
export function mcnemarExactTest(
  first: number,
  second: number,
  alternative: Alternative = 'greater',
): number {
  if (![first, second].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new RangeError(`not counts: ${first} and ${second}`);
  }
  const n = first + second;
  const upper = binomialUpperTail(first, n, 0.5);
  const lower = binomialUpperTail(second, n, 0.5);
  switch (alternative) {
    case 'greater':
      return upper;
    case 'less':
      return lower;
    case 'two-sided':
      return Math.min(1, 2 * Math.min(upper, lower));
  }
}

/** P(X ≥ k) of a binomial count of n at rate p, exact in both tails (DLMF 8.17.5). */
export function binomialUpperTail(k: number, n: number, p: number): number {
  if (k <= 0) return 1;
  if (k > n) return 0;
  return incompleteBeta(p, k, n - k + 1);
}
