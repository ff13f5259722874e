/**
 * Benjamini and Hochberg's step-up adjustment (1995): expected share of false discoveries ≤ q
 * among those with adjusted p ≤ q. For exploratory tables only. Results in input order.
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  const order = pValues.map((p, index) => ({ p, index })).sort((a, b) => b.p - a.p);
  const adjusted = pValues.map(() => 1);
  let smallest = 1;
  for (const [fromTop, { p, index }] of order.entries()) {
    smallest = Math.min(smallest, (p * pValues.length) / (pValues.length - fromTop));
    adjusted[index] = smallest;
  }
  return adjusted;
}
