/**
 * Energy distance 2 E|X − Y| − E|X − X′| − E|Y − Y′| between two samples of points, Euclidean
 * (Székely and Rizzo 2013, eq. 5, V-statistic): 0 only for equal distributions. SciPy's
 * `energy_distance` is its square root for one dimension. RangeError on an empty sample.
 */
export function energyDistance(
  xs: readonly (readonly number[])[],
  ys: readonly (readonly number[])[],
): number {
  if (xs.length === 0 || ys.length === 0) throw new RangeError('an empty sample has no distance');
  const between = meanDistance(xs, ys);
  return Math.max(0, 2 * between - meanDistance(xs, xs) - meanDistance(ys, ys));
}

/** Euclidean distance of two points of equal dimension. */
export function euclidean(x: readonly number[], y: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2;
  return Math.sqrt(sum);
}

/**
 * Total variation distance ½ Σ |p − q| between the frequencies of labels in two samples. Biased
 * upward in small samples, so it means something only beside its permutation null. RangeError on
 * an empty sample.
 */
export function totalVariation(xs: readonly string[], ys: readonly string[]): number {
  if (xs.length === 0 || ys.length === 0) throw new RangeError('an empty sample has no distance');
  // Counts over a common denominator: equal frequencies differ by exactly 0.
  const difference = new Map<string, number>();
  for (const x of xs) difference.set(x, (difference.get(x) ?? 0) + ys.length);
  for (const y of ys) difference.set(y, (difference.get(y) ?? 0) - xs.length);
  const sum = [...difference.values()].reduce((total, value) => total + Math.abs(value), 0);
  return sum / (2 * xs.length * ys.length);
}

function meanDistance(
  xs: readonly (readonly number[])[],
  ys: readonly (readonly number[])[],
): number {
  let sum = 0;
  for (const x of xs) for (const y of ys) sum += euclidean(x, y);
  return sum / (xs.length * ys.length);
}
