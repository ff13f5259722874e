import { createRng } from '../base/rng.ts';
import type { Rng } from '../base/rng.ts';
import { atMost, mean } from './exactness.ts';
import { firstAtLeast } from './permutation/stratified.ts';

const TRIALS = 4000;
/** Power by which an absence may be spoken of, and at which the detectable effect is quoted. */
export const ENOUGH_POWER = 0.8;

/** What the power of the rank test depends on. */
export interface PowerDesign {
  /** Observed statistics, one run per benign twin. */
  readonly twins: readonly number[];
  /** Scored draws in one run. */
  readonly drawsPerRun: number;
  readonly alpha: number;
  /** Twins the test will have, when not those observed: a later look of a sequential study. */
  readonly count?: number;
}

/** Power of the rank test as a function of the effect. */
export interface Power {
  /** Chance of p ≤ α when U's students score `delta` above a benign twin's. Rises with delta. */
  readonly at: (delta: number) => number;
  /** Smallest delta found with 80% power; null when none up to 1 is. */
  readonly minimumDetectableEffect: number | null;
}

/**
 * Power under a shift model on the arcsine scale, where a rate from n draws has variance 1 / (4n)
 * whatever it is (Anscombe 1948). Teachers' true rates: the twins' observed ones shrunk about
 * their mean by the variance that drawing alone explains, then smoothed by a normal kernel at
 * constant variance (Silverman 1986, 6.4.1), since resampling 19 twins as they are would never
 * find a louder one than the loudest seen. U's is one of those plus delta, at most 1; every run
 * adds binomial noise. Where the observed rates are counts over n, so are the simulated ones, and
 * ties count against the alarm as they do in the test. Each trial yields the smallest delta at
 * which U would rank high enough, so power is the share of trials at or below delta: one set of
 * seeded draws serves every delta, power is monotone by construction and the detectable effect is
 * a quantile.
 */
export function rankTestPower(design: PowerDesign, seed: string): Power {
  const allowedAbove = highestRank(design.count ?? design.twins.length, design.alpha) - 1;
  if (allowedAbove < 0) return { at: () => 0, minimumDetectableEffect: null };
  return powerOfShifts(neededShifts(design, allowedAbove, seed));
}

/** Power from the smallest delta that would do in each trial; sorts `needed` in place. */
export function powerOfShifts(needed: Float64Array): Power {
  needed.sort();
  const quantile = needed[Math.ceil(ENOUGH_POWER * needed.length) - 1]!;
  return {
    // Strictly below, since at equality U only ties.
    at: (delta) => firstAtLeast(needed, delta) / needed.length,
    minimumDetectableEffect: atMost(quantile, 1) ? Math.max(0, quantile) : null,
  };
}

/** Lowest place among B + 1 runs at which the rank p is still ≤ α; 0 when not even the first. */
export function highestRank(twins: number, alpha: number): number {
  return Math.floor(alpha * (twins + 1) + 1e-9);
}

function neededShifts(design: PowerDesign, allowedAbove: number, seed: string): Float64Array {
  const rng = createRng(seed, 'power');
  const { drawsPerRun: n } = design;
  const latent = latentAngle(design, rng);
  const noise = 1 / (2 * Math.sqrt(n));
  const step = onLattice(design) ? 1 / n : 0;
  const observed = (angle: number): number => {
    const rate = Math.sin(clampAngle(angle)) ** 2;
    return step === 0 ? rate : Math.round(rate / step) * step;
  };
  const twins = new Float64Array(design.count ?? design.twins.length);
  return Float64Array.from({ length: TRIALS }, () => {
    for (let twin = 0; twin < twins.length; twin++) {
      twins[twin] = observed(latent() + noise * rng.normal());
    }
    twins.sort();
    const threshold = twins[twins.length - 1 - allowedAbove]!;
    const base = Math.sin(clampAngle(latent())) ** 2;
    return shiftToPass(base, threshold + step / 2, noise * rng.normal());
  });
}

// U passes when its observed rate is above the threshold: a tie counts against the alarm, and
// beyond 1 there is nothing to observe.
function shiftToPass(base: number, threshold: number, noise: number): number {
  if (threshold >= 1) return Number.POSITIVE_INFINITY;
  const angle = Math.asin(Math.sqrt(threshold)) - noise;
  if (angle >= Math.PI / 2) return Number.POSITIVE_INFINITY;
  if (angle < 0) return Number.NEGATIVE_INFINITY;
  return Math.sin(angle) ** 2 - base;
}

/** Draws true rates of benign teachers, as angles. */
function latentAngle({ twins, drawsPerRun }: PowerDesign, rng: Rng): () => number {
  const angles = twins.map((rate) => Math.asin(Math.sqrt(Math.min(1, Math.max(0, rate)))));
  const centre = mean(angles);
  const spread = mean(angles.map((angle) => (angle - centre) ** 2));
  const unbiased = (spread * twins.length) / Math.max(1, twins.length - 1);
  const variance = Math.max(0, unbiased - 1 / (4 * drawsPerRun));
  const shrink = spread === 0 ? 0 : Math.sqrt(variance / spread);
  const bandwidth = 1.06 * twins.length ** -0.2;
  const kernel = bandwidth * Math.sqrt(variance);
  const keep = 1 / Math.sqrt(1 + bandwidth ** 2);
  return () => {
    const offset = shrink * (rng.pick(angles) - centre) + kernel * rng.normal();
    return centre + keep * offset;
  };
}

// Rates that are counts over the number of draws, as those of 0/1 scores are.
function onLattice({ twins, drawsPerRun }: PowerDesign): boolean {
  return twins.every((rate) => {
    const count = rate * drawsPerRun;
    return Math.abs(count - Math.round(count)) < 1e-6;
  });
}

function clampAngle(angle: number): number {
  return Math.min(Math.PI / 2, Math.max(0, angle));
}
