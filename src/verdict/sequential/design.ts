import { normalCdf, normalQuantile } from '../normal.ts';

/** How the error rate is shared among the looks. */
export type Spending = 'obrien-fleming' | 'pocock' | 'even';

/** A study that may stop early: declared before the first score, never changed. */
export interface SequentialDesign {
  /** What grows from look to look. */
  readonly adds: 'twins' | 'seeds' | 'probes';
  /** Size at each look, rising: twins per family, seeds of U, or probes. */
  readonly looks: readonly number[];
  readonly spending: Spending;
}

/** A sequential study at one of its looks. */
export interface SequentialLook extends SequentialDesign {
  /** 1 is the first. */
  readonly look: number;
}

/**
 * Share of α that each look may spend, summing to 1: increments of a spending function of the
 * information fraction t = size / last size (Lan and DeMets 1983). O'Brien-Fleming-like
 * 2 − 2 Φ(z_{α/2} / √t) keeps nearly all for the end, Pocock-like α ln(1 + (e − 1) t) spends
 * evenly in information, `even` gives every look the same.
 */
export function spendingShares(design: SequentialDesign, alpha: number): number[] {
  const { looks, spending } = design;
  const last = looks.at(-1)!;
  const spent = (t: number): number => {
    switch (spending) {
      case 'obrien-fleming':
        return (2 - 2 * normalCdf(normalQuantile(1 - alpha / 2) / Math.sqrt(t))) / alpha;
      case 'pocock':
        return Math.log(1 + (Math.E - 1) * t);
      case 'even':
        return 0;
    }
  };
  if (spending === 'even') return looks.map(() => 1 / looks.length);
  const cumulative = looks.map((size, k) => (k === looks.length - 1 ? 1 : spent(size / last)));
  return cumulative.map((value, k) => value - (cumulative[k - 1] ?? 0));
}
