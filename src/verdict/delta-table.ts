import { byCodeUnit } from './exactness.ts';
import { cautiousValue, probeMean } from './run-statistic.ts';
import type { RunScores } from './types.ts';

/** One run reduced to what Δ needs: per probe cluster, the sum and number of scored probe means. */
export interface RunRow {
  readonly runId: string;
  readonly teacherId: string;
  readonly seed: number;
  readonly sums: Float64Array;
  readonly counts: Float64Array;
  /** Statistic where no cluster drawn holds a scored probe. */
  readonly cautious: number;
}

/** Runs of U and, per benign teacher, that twin's runs, over the same probe clusters. */
export interface DeltaTable {
  readonly clusters: readonly string[];
  readonly suspects: readonly RunRow[];
  readonly twins: readonly (readonly RunRow[])[];
}

/** Multiplicity of each cluster, run of U and twin: all ones for the estimate itself. */
export interface DeltaWeights {
  readonly clusters: Float64Array;
  readonly suspects: Float64Array;
  readonly twins: Float64Array;
}

/** Builds the table; runs and clusters are ordered by seed, teacher and name. */
export function deltaTable(
  suspectRuns: readonly RunScores[],
  twinRuns: readonly RunScores[],
): DeltaTable {
  const seen = new Set<string>();
  for (const run of [...suspectRuns, ...twinRuns]) {
    for (const { cluster } of run.probes) seen.add(cluster);
  }
  const clusters = [...seen].sort(byCodeUnit);
  const index = new Map(clusters.map((cluster, at) => [cluster, at]));
  const teachers = [...new Set(twinRuns.map((run) => run.teacherId))].sort(byCodeUnit);
  const rows = (runs: readonly RunScores[]): RunRow[] =>
    runs.map((run) => runRow(run, index)).sort((a, b) => a.seed - b.seed);
  const twins = teachers.map((id) => rows(twinRuns.filter((run) => run.teacherId === id)));
  return { clusters, suspects: rows(suspectRuns), twins };
}

/** Statistic of a run when cluster c counts `weights[c]` times. */
export function rowStatistic(row: RunRow, weights: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let c = 0; c < row.sums.length; c++) {
    sum += weights[c]! * row.sums[c]!;
    count += weights[c]! * row.counts[c]!;
  }
  return count === 0 ? row.cautious : sum / count;
}

/** Δ: mean over U's runs minus mean over twins of the mean over a twin's runs. */
export function weightedDelta(table: DeltaTable, weights: DeltaWeights): number {
  return suspectMean(table, weights) - twinMean(table, weights);
}

/** Weights that count everything once. */
export function unitWeights(table: DeltaTable): DeltaWeights {
  return {
    clusters: new Float64Array(table.clusters.length).fill(1),
    suspects: new Float64Array(table.suspects.length).fill(1),
    twins: new Float64Array(table.twins.length).fill(1),
  };
}

/**
 * One run per twin to rank U's run of this seed against: the run of the same seed where every
 * twin has one, else each twin's first. U and every twin thus enter with one run each, which
 * exchangeability requires.
 */
export function matchedTwinRows(table: DeltaTable, seed: number): RunRow[] {
  const sameSeed = table.twins.flatMap((runs) => runs.find((run) => run.seed === seed) ?? []);
  return sameSeed.length === table.twins.length ? sameSeed : table.twins.map((runs) => runs[0]!);
}

function runRow(run: RunScores, index: ReadonlyMap<string, number>): RunRow {
  const sums = new Float64Array(index.size);
  const counts = new Float64Array(index.size);
  for (const probe of run.probes) {
    const value = probeMean(probe);
    const at = index.get(probe.cluster);
    if (value === null || at === undefined) continue;
    sums[at]! += value;
    counts[at]! += 1;
  }
  const { runId, teacherId, seed } = run;
  return { runId, teacherId, seed, sums, counts, cautious: cautiousValue(run) };
}

/** Weighted mean of U's run statistics. */
export function suspectMean(table: DeltaTable, weights: DeltaWeights): number {
  let sum = 0;
  let total = 0;
  for (const [at, row] of table.suspects.entries()) {
    const weight = weights.suspects[at]!;
    // Most units are absent from some resample: skipping them saves a third of the work.
    if (weight === 0) continue;
    sum += weight * rowStatistic(row, weights.clusters);
    total += weight;
  }
  return sum / total;
}

/** Weighted mean over twins of the mean over a twin's runs. */
export function twinMean(table: DeltaTable, weights: DeltaWeights): number {
  let sum = 0;
  let total = 0;
  for (const [at, rows] of table.twins.entries()) {
    const weight = weights.twins[at]!;
    if (weight === 0) continue;
    let own = 0;
    for (const row of rows) own += rowStatistic(row, weights.clusters);
    sum += (weight * own) / rows.length;
    total += weight;
  }
  return sum / total;
}
