import { stirlingError } from './log-gamma.ts';

const MAX_TERMS = 1_000_000;
const EPSILON = 1e-16;
const TINY = 1e-300;

/**
 * Regularised incomplete beta function I_x(a, b): the chance that Beta(a, b) is at most x.
 * Continued fraction DLMF 8.17.22 by Lentz's method; the factor before it in Loader's
 * saddle-point form (2000), which loses no digits when a and b are large or the tail is far.
 * Relative error about 1e-12 down to the smallest doubles. RangeError unless a, b > 0 and
 * 0 ≤ x ≤ 1.
 */
export function incompleteBeta(x: number, a: number, b: number): number {
  return incompleteBetaPair(x, 1 - x, a, b);
}

/** I_x(a, b) with y = 1 − x given apart, for x so near to 1 that 1 − x would lose its digits. */
export function incompleteBetaPair(x: number, y: number, a: number, b: number): number {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) {
    throw new RangeError(`incomplete beta is not defined at x = ${x}, a = ${a}, b = ${b}`);
  }
  if (x === 0) return 0;
  if (y === 0) return 1;
  if (x * (a + b + 2) > a + 1) {
    return 1 - (betaKernel(y, x, b, a) * continuedFraction(y, b, a)) / b;
  }
  return (betaKernel(x, y, a, b) * continuedFraction(x, a, b)) / a;
}

/** x^a y^b / B(a, b): the density of Beta(a, b) at x times x·y, with y = 1 − x. */
export function betaKernel(x: number, y: number, a: number, b: number): number {
  const n = a + b;
  const exponent =
    stirlingError(n) -
    stirlingError(a) -
    stirlingError(b) -
    saddleDeviance(a, n * x) -
    saddleDeviance(b, n * y);
  return Math.exp(exponent) * Math.sqrt(((a / n) * b) / (2 * Math.PI));
}

// Loader's bd0: x ln(x/m) + m − x, by series where x ≈ m and the plain form cancels.
function saddleDeviance(x: number, m: number): number {
  const gap = x - m;
  if (Math.abs(gap) >= 0.1 * (x + m)) return x * Math.log(x / m) + m - x;
  const v = gap / (x + m);
  let sum = gap * v;
  let term = 2 * x * v;
  for (let j = 1; j < 1000; j++) {
    term *= v * v;
    const next = sum + term / (2 * j + 1);
    if (next === sum) break;
    sum = next;
  }
  return sum;
}

function continuedFraction(x: number, a: number, b: number): number {
  const guard = (value: number): number => (Math.abs(value) < TINY ? TINY : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m < MAX_TERMS; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    fraction *= d * c;
    if (Math.abs(d * c - 1) <= 2 * EPSILON) break;
  }
  return fraction;
}
