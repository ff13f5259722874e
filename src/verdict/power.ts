import { createRng } from '../base/rng.ts';
import type { Rng } from '../base/rng.ts';
import { atMost, mean } from './exactness.ts';
import { firstAtLeast } from './permutation/stratified.ts';

const TRIALS = 4000;
/** Kernel width of the normal reference rule, times the spread (Silverman 1986, eq. 3.28). */
const BANDWIDTH = 1.06;
/** Power by which an absence may be spoken of, and at which the detectable effect is quoted. */
export const ENOUGH_POWER = 0.8;

/** What the power of the rank test depends on. */
export interface PowerDesign {
  /** Observed statistics, one run per benign twin. */
  readonly twins: readonly number[];
  /** Scored draws in one run. */
  readonly drawsPerRun: number;
  /** Independent draws that the run's noise is worth, see `noiseDraws`; by default all of them. */
  readonly noiseDraws?: number;
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
 * Power of the test against these very twins, under a shift model: U's true rate is that of a
 * benign teacher plus delta, at most 1, and its run adds binomial noise on the arcsine scale, where
 * n draws have variance 1 / (4n) whatever the rate (Anscombe 1948). Rates of benign teachers are
 * the twins' observed ones, shrunk about their mean by the variance that drawing alone explains
 * and smoothed by a normal kernel at constant variance (Silverman 1986, 6.4.1). The twin to be
 * beaten is the observed one: to draw the twins anew from 19 of them would never find a louder
 * one and so promise too much. Where the observed rates are counts over n, so is U's, and a tie
 * counts against the alarm as it does in the test. Each trial yields the smallest delta at which
 * U would rank high enough, so power is the share of trials at or below delta: one set of seeded
 * draws serves every delta, power is monotone by construction and the detectable effect is a
 * quantile. Twins that a later look would add are drawn like U without delta.
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

/**
 * Independent draws that a run's noise is worth: rate (1 − rate) over the variance of a run's
 * statistic within its teacher, the residual of the runs × clusters table over the clusters.
 * More than were drawn where probes differ (each is nearly always or never answered so), fewer
 * where runs differ from cluster to cluster. Kept within a factor of 20 and ¼ of the draws.
 */
export function noiseDraws(
  rate: number,
  residual: number,
  clusters: number,
  draws: number,
): number {
  const worth = (rate * (1 - rate) * clusters) / residual;
  return Number.isFinite(worth) && worth > 0
    ? Math.min(20 * draws, Math.max(draws / 4, worth))
    : draws;
}

/** Lowest place among B + 1 runs at which the rank p is still ≤ α; 0 when not even the first. */
export function highestRank(twins: number, alpha: number): number {
  return Math.floor(alpha * (twins + 1) + 1e-9);
}

function neededShifts(design: PowerDesign, allowedAbove: number, seed: string): Float64Array {
  const rng = createRng(seed, 'power');
  const { drawsPerRun, noiseDraws: n = drawsPerRun, twins, count = twins.length } = design;
  const latent = latentRate(design, rng);
  const noise = 1 / (2 * Math.sqrt(n));
  const step = onLattice(design) ? 1 / drawsPerRun : 0;
  const observed = (rate: number): number => {
    const seen = Math.sin(clampAngle(angleOf(rate) + noise * rng.normal())) ** 2;
    return step === 0 ? seen : Math.round(seen / step) * step;
  };
  const further = Math.max(0, count - twins.length);
  // Only the highest can be the one to beat.
  const highest = twins.toSorted((a, b) => b - a).slice(0, allowedAbove + 1);
  const place = Math.min(allowedAbove, highest.length + further - 1);
  return Float64Array.from({ length: TRIALS }, () => {
    const added = Array.from({ length: further }, () => observed(latent()));
    const all = further === 0 ? highest : [...highest, ...added].sort((a, b) => b - a);
    return shiftToPass(latent(), all[place]! + step / 2, noise * rng.normal());
  });
}

// U passes when its observed rate is above the threshold: a tie counts against the alarm, and
// beyond 1 there is nothing to observe.
function shiftToPass(base: number, threshold: number, noise: number): number {
  if (threshold >= 1) return Number.POSITIVE_INFINITY;
  const angle = angleOf(threshold) - noise;
  if (angle >= Math.PI / 2) return Number.POSITIVE_INFINITY;
  if (angle < 0) return Number.NEGATIVE_INFINITY;
  return Math.sin(angle) ** 2 - base;
}

/** Draws true rates of benign teachers. */
function latentRate(
  { twins, drawsPerRun, noiseDraws: n = drawsPerRun }: PowerDesign,
  rng: Rng,
): () => number {
  const centre = mean(twins);
  const spread = mean(twins.map((rate) => (rate - centre) ** 2));
  const unbiased = (spread * twins.length) / Math.max(1, twins.length - 1);
  // Half a success is added so that twins at 0 or 1 are not taken to be free of noise.
  const smoothed = twins.map((rate) => (rate * n + 0.5) / (n + 1));
  const drawNoise = mean(smoothed.map((rate) => (rate * (1 - rate)) / n));
  const variance = Math.max(0, unbiased - drawNoise);
  const shrink = spread === 0 ? 0 : Math.sqrt(variance / spread);
  const bandwidth = BANDWIDTH * twins.length ** -0.2;
  const kernel = bandwidth * Math.sqrt(variance);
  const keep = 1 / Math.sqrt(1 + bandwidth ** 2);
  return () => {
    const offset = shrink * (rng.pick(twins) - centre) + kernel * rng.normal();
    return Math.min(1, Math.max(0, centre + keep * offset));
  };
}

// Rates that are counts over the number of draws, as those of 0/1 scores are.
function onLattice({ twins, drawsPerRun }: PowerDesign): boolean {
  return twins.every((rate) => {
    const count = rate * drawsPerRun;
    return Math.abs(count - Math.round(count)) < 1e-6;
  });
}

function angleOf(rate: number): number {
  return Math.asin(Math.sqrt(rate));
}

function clampAngle(angle: number): number {
  return Math.min(Math.PI / 2, Math.max(0, angle));
}
