import { logBeta } from './log-gamma.ts';
import type { Count } from './newcombe.ts';

/**
 * log10 of the Bayes factor of "two rates" over "one rate", Beta(1,1) priors:
 * BF10 = B(1+s, 1+n−s) B(1+t, 1+m−t) / B(1+s+t, 1+n+m−s−t). Two-sided: it does not say which
 * rate is higher. An annex; nothing is decided by it.
 */
export function log10BayesFactor(first: Count, second: Count): number {
  const [s, n, t, m] = [first.successes, first.n, second.successes, second.n];
  const log =
    logBeta(1 + s, 1 + n - s) + logBeta(1 + t, 1 + m - t) - logBeta(1 + s + t, 1 + n + m - s - t);
  return log / Math.LN10;
}
