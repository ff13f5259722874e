import { binomialUpperTail } from '../contingency/mcnemar.ts';
import { normalCdf, normalQuantile } from '../normal.ts';
import { highestRank } from '../power.ts';

const STEPS = 800;
const REACH = 9;

/**
 * Power of the rank test when statistics are normal with equal spread and U stands `effect`
 * standard deviations above the twins: ∫ φ(x − effect) P(Binomial(B, 1 − Φ(x)) ≤ r − 1) dx with r
 * the highest rank allowed at α. Simpson's rule, error below 1e-9.
 */
export function rankPowerNormal(effect: number, twins: number, alpha: number): number {
  const allowed = highestRank(twins, alpha) - 1;
  if (allowed < 0) return 0;
  const h = (2 * REACH) / STEPS;
  let sum = 0;
  for (let i = 0; i <= STEPS; i++) {
    const z = -REACH + i * h;
    const weight = i === 0 || i === STEPS ? 1 : i % 2 === 1 ? 4 : 2;
    const density = Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
    const above = normalCdf(-(z + effect));
    sum += weight * density * (1 - binomialUpperTail(allowed + 1, twins, above));
  }
  return (sum * h) / 3;
}

/** Effect in standard deviations found with the given power; null where none up to 20 is. */
export function rankEffectNormal(twins: number, alpha: number, power = 0.8): number | null {
  if (rankPowerNormal(20, twins, alpha) < power) return null;
  let [low, high] = [0, 20];
  for (let step = 0; step < 50; step++) {
    const middle = (low + high) / 2;
    if (rankPowerNormal(middle, twins, alpha) < power) low = middle;
    else high = middle;
  }
  return high;
}

/**
 * Observations per side to tell two rates apart: (z_α √(2 p̄ q̄) + z_β √(p₁q₁ + p₂q₂))² / (p₁ − p₂)²
 * (Fleiss, Levin and Paik 2003, eq. 4.14), times the design effect of clustered draws. RangeError
 * for equal rates.
 */
export function sampleSizeForRates(
  first: number,
  second: number,
  options: { alpha: number; power: number; sides: 1 | 2; designEffect?: number },
): number {
  if (first === second) throw new RangeError('equal rates cannot be told apart');
  const pooled = (first + second) / 2;
  const za = normalQuantile(1 - options.alpha / options.sides);
  const zb = normalQuantile(options.power);
  const spread =
    za * Math.sqrt(2 * pooled * (1 - pooled)) +
    zb * Math.sqrt(first * (1 - first) + second * (1 - second));
  return Math.ceil((spread / (first - second)) ** 2 * (options.designEffect ?? 1));
}
