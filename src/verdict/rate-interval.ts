import { mean } from './exactness.ts';
import { probeMean, runStatistic, statisticOrCautious } from './run-statistic.ts';
import type { Interval, RunScores } from './types.ts';
import { wilsonInterval } from './wilson.ts';

/**
 * Wilson interval of a run's rate with the effective number of observations of its clustered
 * draws: n = rate (1 − rate) / clustered variance (Korn and Graubard 1998), kept between the
 * number of clusters and the number of draws.
 */
export function runRateInterval(run: RunScores): Interval {
  const rate = statisticOrCautious(run);
  const n = effectiveSize(run, rate);
  return { ...wilsonInterval(Math.min(n, rate * n), n), method: 'Wilson, clustered probes' };
}

function effectiveSize(run: RunScores, rate: number): number {
  const byCluster = new Map<string, number[]>();
  for (const probe of run.probes) {
    const value = probeMean(probe);
    if (value === null) continue;
    byCluster.set(probe.cluster, [...(byCluster.get(probe.cluster) ?? []), value]);
  }
  const groups = [...byCluster.values()];
  const clusters = groups.length;
  const { n, missing } = runStatistic(run);
  const probes = groups.flat().length;
  if (clusters < 2) return clusters;
  const residuals = groups.map((values) => values.length * (mean(values) - rate));
  const variance =
    (clusters / (clusters - 1)) * residuals.reduce((sum, r) => sum + (r / probes) ** 2, 0);
  if (variance < 1e-24 || rate * (1 - rate) < 1e-12) return clusters;
  return Math.min(n - missing, Math.max(clusters, (rate * (1 - rate)) / variance));
}
