const HALF_LOG_2_PI = 0.9189385332046727;

/**
 * Stirling's error δ(z) = ln Γ(z+1) − (z + ½) ln z + z − ½ ln 2π, for z > 0.
 * Large z: asymptotic series, DLMF 5.11.1; small z: the recurrence
 * δ(z) = δ(z+1) + (z + ½) ln(1 + 1/z) − 1 until the series holds to the last bit.
 */
export function stirlingError(z: number): number {
  let shift = 0;
  let at = z;
  while (at < 16) {
    shift += (at + 0.5) * Math.log1p(1 / at) - 1;
    at += 1;
  }
  const r = 1 / (at * at);
  const series =
    (1 / 12 -
      r * (1 / 360 - r * (1 / 1260 - r * (1 / 1680 - r * (1 / 1188 - (r * 691) / 360360))))) /
    at;
  return series + shift;
}

/** ln Γ(z) for z > 0. */
export function logGamma(z: number): number {
  if (!(z > 0)) throw new RangeError(`log gamma is for positive numbers, got ${z}`);
  return stirlingError(z) + (z - 0.5) * Math.log(z) - z + HALF_LOG_2_PI;
}

/** ln B(a, b), the logarithm of the beta function. */
export function logBeta(a: number, b: number): number {
  // Large terms are cancelled by hand, so that B(1e6, 1e6) keeps its digits.
  const sum = a + b;
  return (
    stirlingError(a) +
    stirlingError(b) -
    stirlingError(sum) +
    HALF_LOG_2_PI -
    0.5 * Math.log(a) -
    a * Math.log1p(b / a) -
    b * Math.log1p(a / b) -
    0.5 * Math.log(b) +
    0.5 * Math.log(sum)
  );
}
