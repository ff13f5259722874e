import { mean } from '../exactness.ts';
import type { DeltaTable, RunRow } from '../delta-table.ts';
import type { RunScores } from '../types.ts';
import { scoredValues } from '../run-statistic.ts';

/** Variances of scores by where they come from, on the scale of rates. */
export interface VarianceComponents {
  /** Between benign teachers; with `run` null, teachers and their runs together. */
  readonly teacher: number;
  /** Between runs of one teacher, with `teacher` summing to the twins' variance; null: unknown. */
  readonly run: number | null;
  /** Between probe clusters; common to all runs, so it cancels from every comparison. */
  readonly cluster: number;
  /** Of one run in one cluster: run × cluster, probes within the cluster and draws. */
  readonly residual: number;
  /** Between draws of one probe by one run; null where probes were drawn once. */
  readonly draw: number | null;
}

/**
 * Variance components of one family by the method of moments on the runs × clusters table of
 * cluster means, as in a two-way analysis of variance without replication: E[MS residual] = σ²r,
 * E[MS runs] = σ²r + C σ²run, E[MS clusters] = σ²r + R σ²cluster (Searle, Casella and McCulloch
 * 1992, ch. 4). Negative estimates are set to 0. Between teachers: the twins' registered runs;
 * between runs: U's seeds, pooled with twins that have several.
 */
export function varianceComponents(
  table: DeltaTable,
  runs: readonly RunScores[],
): VarianceComponents {
  const twins = twoWay(table.twins.map((rows) => rows[0]!));
  const several = [table.suspects, ...table.twins].filter((rows) => rows.length > 1).map(twoWay);
  const weight = several.reduce((sum, { runs: count }) => sum + count - 1, 0);
  const pooled = several.reduce((sum, part) => sum + (part.runs - 1) * part.between, 0) / weight;
  // U's rate may be far from the twins', where runs vary more: never more than the twins show.
  const run = weight === 0 ? null : Math.min(pooled, twins.between);
  return {
    teacher: twins.between - (run ?? 0),
    run,
    cluster: twins.cluster,
    residual: twins.residual,
    draw: drawVariance(runs),
  };
}

/** Variance of one run's statistic about the mean of its kind, over `clusters` clusters. */
export function runVariance(components: VarianceComponents, clusters: number): number {
  return components.teacher + (components.run ?? 0) + components.residual / clusters;
}

function twoWay(rows: readonly RunRow[]): {
  runs: number;
  between: number;
  cluster: number;
  residual: number;
} {
  const runs = rows.length;
  const clusters = rows[0]?.sums.length ?? 0;
  const cell = (row: RunRow, c: number): number | null =>
    row.counts[c] === 0 ? null : row.sums[c]! / row.counts[c]!;
  const columns = Array.from({ length: clusters }, (_, c) =>
    meanOf(rows.flatMap((row) => cell(row, c) ?? [])),
  );
  // A cell without scores takes its column's mean: it then adds nothing to the residual but a df.
  const cells = rows.map((row) => columns.map((column, c) => cell(row, c) ?? column));
  const rowMeans = cells.map(meanOf);
  const grand = meanOf(rowMeans);
  const ms = (sum: number, df: number): number => (df > 0 ? sum / df : 0);
  const squares = (values: readonly number[]): number =>
    values.reduce((sum, value) => sum + value ** 2, 0);
  const residual = ms(
    squares(cells.flatMap((row, r) => row.map((x, c) => x - rowMeans[r]! - columns[c]! + grand))),
    (runs - 1) * (clusters - 1),
  );
  const msRuns = ms(clusters * squares(rowMeans.map((value) => value - grand)), runs - 1);
  const msClusters = ms(runs * squares(columns.map((value) => value - grand)), clusters - 1);
  return {
    runs,
    between: clusters === 0 ? 0 : Math.max(0, (msRuns - residual) / clusters),
    cluster: runs === 0 ? 0 : Math.max(0, (msClusters - residual) / runs),
    residual,
  };
}

function drawVariance(runs: readonly RunScores[]): number | null {
  let squares = 0;
  let df = 0;
  for (const probe of runs.flatMap((run) => run.probes)) {
    const values = scoredValues(probe);
    if (values.length < 2) continue;
    const centre = mean(values);
    squares += values.reduce((sum, value) => sum + (value - centre) ** 2, 0);
    df += values.length - 1;
  }
  return df === 0 ? null : squares / df;
}

function meanOf(values: readonly number[]): number {
  return values.length === 0 ? 0 : mean(values);
}
