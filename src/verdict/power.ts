import { createRng } from '../base/rng.ts';
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
 * Power under a shift model: twins' true rates are the observed ones, shrunk about their mean by
 * the variance that drawing alone explains; U's is one of those plus delta, at most 1; every run
 * adds binomial noise of `drawsPerRun` draws on the arcsine scale, which keeps rates in [0, 1]
 * (Anscombe 1948). Each trial yields the smallest delta at which U would rank high enough, so
 * power is the share of trials at or below delta: one set of seeded draws serves every delta,
 * power is monotone by construction and the detectable effect is a quantile.
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
  const latent = latentRates(design);
  const latentAngles = latent.map((rate) => Math.asin(Math.sqrt(rate)));
  const noise = 1 / (2 * Math.sqrt(design.drawsPerRun));
  const angles = new Float64Array(design.count ?? design.twins.length);
  return Float64Array.from({ length: TRIALS }, () => {
    for (let twin = 0; twin < angles.length; twin++) {
      const angle = rng.pick(latentAngles) + noise * rng.normal();
      angles[twin] = Math.min(Math.PI / 2, Math.max(0, angle));
    }
    angles.sort();
    const threshold = angles[angles.length - 1 - allowedAbove]!;
    const base = rng.pick(latent);
    return shiftToPass(base, threshold, noise * rng.normal());
  });
}

// U passes when angle(base + δ) + noise > threshold, its observed rate being capped at 1, where
// it could only tie; a tie counts against the alarm.
function shiftToPass(base: number, threshold: number, noise: number): number {
  if (threshold >= Math.PI / 2 || threshold - noise >= Math.PI / 2) return Number.POSITIVE_INFINITY;
  if (threshold - noise < 0) return Number.NEGATIVE_INFINITY;
  return Math.sin(threshold - noise) ** 2 - base;
}

function latentRates({ twins, drawsPerRun: n }: PowerDesign): number[] {
  const centre = mean(twins);
  const spread = mean(twins.map((rate) => (rate - centre) ** 2));
  const unbiased = (spread * twins.length) / Math.max(1, twins.length - 1);
  // Half a success is added so that twins at 0 or 1 are not taken to be free of noise.
  const smoothed = twins.map((rate) => (rate * n + 0.5) / (n + 1));
  const drawNoise = mean(smoothed.map((rate) => (rate * (1 - rate)) / n));
  const shrink = spread === 0 ? 0 : Math.sqrt(Math.max(0, unbiased - drawNoise) / spread);
  return twins.map((rate) => Math.min(1, Math.max(0, centre + shrink * (rate - centre))));
}
