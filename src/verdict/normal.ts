const SQRT_2_PI = 2.5066282746310002;

/** Density of the standard normal distribution. */
function normalDensity(z: number): number {
  return Math.exp(-0.5 * z * z) / SQRT_2_PI;
}

/**
 * Φ(z), relative error about 1e-13 in both tails: Φ(−10) = 7.62e-24.
 * Near the middle the series of Marsaglia (2004), further out the continued fraction of
 * Mills' ratio, DLMF 7.9.1.
 */
export function normalCdf(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z > 0) return 1 - normalCdf(-z);
  if (z < -2.5) return normalDensity(z) * millsRatio(-z);
  let term = z;
  let sum = z;
  for (let k = 3; sum + term !== sum || k === 3; k += 2) {
    term *= (z * z) / k;
    sum += term;
    if (term === 0) break;
  }
  return 0.5 + sum * normalDensity(z);
}

/**
 * Φ⁻¹(p). Start: Abramowitz and Stegun 26.2.23 (error 4.5e-4); then Newton on ln Φ, which
 * converges from any tail. ±Infinity at 0 and 1; RangeError outside [0, 1].
 */
export function normalQuantile(p: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`not a probability: ${p}`);
  if (p === 0) return Number.NEGATIVE_INFINITY;
  if (p === 1) return Number.POSITIVE_INFINITY;
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z =
    (2.515517 + t * (0.802853 + t * 0.010328)) /
      (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) -
    t;
  for (let step = 0; step < 20; step++) {
    const cdf = normalCdf(z);
    const change = (Math.log(cdf / p) * cdf) / normalDensity(z);
    z -= change;
    if (Math.abs(change) <= 1e-15 * Math.max(1, Math.abs(z))) break;
  }
  return z;
}

// (1 − Φ(x)) / φ(x) for x ≥ 2.5, evaluated from the far end: 200 terms are exact there.
function millsRatio(x: number): number {
  let tail = x;
  for (let k = 200; k >= 1; k--) tail = x + k / tail;
  return 1 / tail;
}
