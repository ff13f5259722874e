import { mean, roundStatistic } from './exactness.ts';
import type { ProbeScores, RunScores, RunSummary } from './types.ts';

/** Statistic of one run with everything that is missing from it. */
export interface RunStatistic {
  /** Mean over scored probes of the mean over scored draws; null when nothing was scored. */
  readonly statistic: number | null;
  /** Draws asked for. */
  readonly n: number;
  /** Draws without a score. */
  readonly missing: number;
  /** Probes of which no draw was scored: they leave the mean, and are counted here. */
  readonly unscoredProbes: number;
  /** The statistic if every missing score were 0, and if it were 1. */
  readonly bounds: { readonly low: number; readonly high: number };
}

/** Scored values of a probe. */
export function scoredValues(probe: ProbeScores): number[] {
  return probe.draws.flatMap((draw) => (draw.status === 'scored' ? [draw.value] : []));
}

/** Mean over a probe's scored draws; null when none was scored. */
export function probeMean(probe: ProbeScores): number | null {
  let sum = 0;
  let count = 0;
  for (const draw of probe.draws) {
    if (draw.status !== 'scored') continue;
    sum += draw.value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

/** Statistic of a run: mean over probes of the mean over scored draws. */
export function runStatistic(run: RunScores): RunStatistic {
  const means = run.probes.flatMap((probe) => probeMean(probe) ?? []);
  const n = run.probes.reduce((sum, probe) => sum + probe.draws.length, 0);
  const scored = run.probes.reduce((sum, probe) => sum + scoredValues(probe).length, 0);
  return {
    statistic: means.length === 0 ? null : roundStatistic(mean(means)),
    n,
    missing: n - scored,
    unscoredProbes: run.probes.length - means.length,
    bounds: { low: boundary(run, 0), high: boundary(run, 1) },
  };
}

/**
 * The statistic, or where nothing was scored the value that speaks for U: 0 for a suspect or a
 * positive control, 1 for a twin. Such a run also fails the unscored gate.
 */
export function statisticOrCautious(run: RunScores): number {
  return runStatistic(run).statistic ?? cautiousValue(run);
}

/** What a run counts as where nothing of it was scored. */
export function cautiousValue(run: RunScores): number {
  return run.role === 'twin' ? 1 : 0;
}

/** The run's line in a report. */
export function runSummary(run: RunScores): RunSummary {
  const { n, missing } = runStatistic(run);
  const { runId, teacherId, seed } = run;
  return { runId, teacherId, seed, statistic: statisticOrCautious(run), n, missing };
}

function boundary(run: RunScores, missingAs: number): number {
  const means = run.probes.map((probe) => {
    if (probe.draws.length === 0) return missingAs;
    return mean(probe.draws.map((draw) => (draw.status === 'scored' ? draw.value : missingAs)));
  });
  return roundStatistic(mean(means));
}
