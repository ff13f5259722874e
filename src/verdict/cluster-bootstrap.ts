import { createRng } from '../base/rng.ts';
import type { Rng } from '../base/rng.ts';
import { bcaInterval } from './bca.ts';
import { suspectMean, twinMean, unitWeights, weightedDelta } from './delta-table.ts';
import type { DeltaTable } from './delta-table.ts';
import { mean, roundStatistic } from './exactness.ts';
import { newcombeInterval } from './newcombe.ts';
import type { Count } from './newcombe.ts';
import type { Interval } from './types.ts';

const RESAMPLES = 4000;
const LEVEL = 0.95;
const FACTORS = ['clusters', 'suspects', 'twins'] as const;

/** Resampled Δs with the multiplicity of every unit, row by row. */
export interface Resamples {
  readonly deltas: Float64Array;
  /** Resamples × units: how often each unit was drawn. */
  readonly clusters: Uint16Array;
  readonly suspects: Uint16Array;
  readonly twins: Uint16Array;
}

/** Δ with its interval and the resamples it rests on. */
export interface DeltaEstimate {
  readonly delta: number;
  readonly interval: Interval;
  readonly resamples: Resamples;
}

/**
 * Δ and its interval by the cluster bootstrap: probe clusters, benign teachers and U's runs are
 * resampled jointly and independently of each other (the pigeonhole bootstrap of Owen 2007), the
 * clusters drawn being the same for U and the twins, which keeps the pairing by probe.
 * BCa interval (Efron 1987), acceleration summed over the three factors (Davison and Hinkley
 * 1997, section 5.3). One run of U stands for itself: its interval holds no seed variance.
 * Where every resample gives the same Δ (all scores equal), the bootstrap says nothing and
 * Newcombe's interval with one observation per probe cluster is given instead.
 */
export function bootstrapDelta(table: DeltaTable, seed: string): DeltaEstimate {
  const delta = roundStatistic(weightedDelta(table, unitWeights(table)));
  const resamples = drawResamples(table, createRng(seed, 'cluster-bootstrap'));
  const interval = resamples.deltas.every((value) => Math.abs(value - delta) < 1e-12)
    ? degenerateInterval(table)
    : bcaInterval(delta, resamples.deltas, acceleration(table), LEVEL);
  return {
    delta,
    interval: {
      ...interval,
      low: roundStatistic(interval.low),
      high: roundStatistic(interval.high),
    },
    resamples,
  };
}

function drawResamples(table: DeltaTable, rng: Rng): Resamples {
  const weights = unitWeights(table);
  const deltas = new Float64Array(RESAMPLES);
  const multiplicities = {
    clusters: new Uint16Array(RESAMPLES * weights.clusters.length),
    suspects: new Uint16Array(RESAMPLES * weights.suspects.length),
    twins: new Uint16Array(RESAMPLES * weights.twins.length),
  };
  for (let b = 0; b < RESAMPLES; b++) {
    for (const factor of FACTORS) {
      drawMultiplicities(weights[factor], rng);
      multiplicities[factor].set(weights[factor], b * weights[factor].length);
    }
    deltas[b] = roundedSum(weightedDelta(table, weights));
  }
  return { deltas, ...multiplicities };
}

function drawMultiplicities(into: Float64Array, rng: Rng): void {
  into.fill(0);
  for (let draw = 0; draw < into.length; draw++) into[rng.int(into.length)]! += 1;
}

// Cheaper than decimal rounding, and enough to make equal sums tie.
function roundedSum(value: number): number {
  return Math.round(value * 1e12) / 1e12;
}

function acceleration(table: DeltaTable): number {
  let cubes = 0;
  let squares = 0;
  for (const factor of FACTORS) {
    const n = table[factor].length;
    if (n < 2) continue;
    const without = Array.from({ length: n }, (_, at) => {
      const weights = unitWeights(table);
      weights[factor][at] = 0;
      return weightedDelta(table, weights);
    });
    const centre = mean(without);
    for (const value of without) {
      const influence = ((n - 1) * (centre - value)) / n;
      cubes += influence ** 3;
      squares += influence ** 2;
    }
  }
  return squares < 1e-24 ? 0 : cubes / (6 * squares ** 1.5);
}

function degenerateInterval(table: DeltaTable): Interval {
  const n = table.clusters.length;
  const ones = unitWeights(table);
  const count = (rate: number): Count => ({ successes: Math.min(n, rate * n), n });
  const interval = newcombeInterval(
    count(suspectMean(table, ones)),
    count(twinMean(table, ones)),
    LEVEL,
  );
  return { ...interval, method: 'Newcombe, one observation per probe cluster (scores all equal)' };
}
