import { createRng } from '../../base/rng.ts';
import { normalQuantile } from '../normal.ts';
import { highestRank, powerOfShifts } from '../power.ts';
import type { Power } from '../power.ts';
import { runVariance } from './components.ts';
import type { VarianceComponents } from './components.ts';

const TRIALS = 2000;

/** A design whose power is asked for before it is run. */
export interface PlannedDesign {
  readonly twins: number;
  readonly clusters: number;
  /** Level the raw rank p must reach. */
  readonly alpha: number;
}

/**
 * Power and minimum detectable effect of the rank test by simulation from variance components:
 * every run's statistic is the mean rate plus normal noise of variance teacher + run +
 * residual / clusters, kept in [0, 1] (so floors and ceilings tie, and ties count for U); U's is
 * one of the same plus δ. Cluster effects are common to all runs and cancel. Seeded; monotone in
 * δ by construction, as `rankTestPower` is.
 */
export function powerFromComponents(
  components: VarianceComponents,
  meanRate: number,
  design: PlannedDesign,
  seed: string,
): Power {
  const above = highestRank(design.twins, design.alpha) - 1;
  if (above < 0) return { at: () => 0, minimumDetectableEffect: null };
  const rng = createRng(seed, 'planned-power');
  const spread = Math.sqrt(runVariance(components, design.clusters));
  const statistic = (z: number): number => meanRate + spread * z;
  const needed = Float64Array.from({ length: TRIALS }, () => {
    // The twin to beat, r-th of B normals, by its uniform order statistic (Devroye 1986, V.3.3).
    let uniform = 1;
    for (let i = 0; i <= above; i++) uniform *= (1 - rng.next()) ** (1 / (design.twins - i));
    const threshold = Math.max(0, statistic(normalQuantile(uniform)));
    return threshold >= 1 ? Number.POSITIVE_INFINITY : threshold - statistic(rng.normal());
  });
  return powerOfShifts(needed);
}
