import { mean } from '../exactness.ts';

/**
 * Intraclass correlation ρ of values in groups: one-way analysis of variance for unequal group
 * sizes, ρ = (MSB − MSW) / (MSB + (k₀ − 1) MSW) with k₀ = (N − Σ kᵢ² / N) / (g − 1) (Donner and
 * Koval 1980). Kept in [0, 1]; 0 with fewer than two groups or no variation at all.
 */
export function intraclassCorrelation(groups: readonly (readonly number[])[]): number {
  const filled = groups.filter((group) => group.length > 0);
  const sizes = filled.map((group) => group.length);
  const n = sizes.reduce((sum, size) => sum + size, 0);
  const count = filled.length;
  if (count < 2 || n <= count) return 0;
  const centre = mean(filled.flat());
  const between =
    filled.reduce((sum, group) => sum + group.length * (mean(group) - centre) ** 2, 0) /
    (count - 1);
  const within =
    filled.reduce((sum, group) => {
      const own = mean(group);
      return sum + group.reduce((total, value) => total + (value - own) ** 2, 0);
    }, 0) /
    (n - count);
  const size = (n - sizes.reduce((sum, k) => sum + k * k, 0) / n) / (count - 1);
  const total = between + (size - 1) * within;
  return total <= 0 ? 0 : Math.min(1, Math.max(0, (between - within) / total));
}

/** Design effect 1 + (k − 1) ρ of k values per group with intraclass correlation ρ (Kish 1965). */
export function designEffect(perGroup: number, correlation: number): number {
  return 1 + (perGroup - 1) * correlation;
}

/** Number of independent observations that n clustered ones are worth. */
export function effectiveSampleSize(n: number, perGroup: number, correlation: number): number {
  return n / designEffect(perGroup, correlation);
}
