import { quantileOf } from './bca.ts';
import { matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import { roundStatistic } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import type { Criteria } from './leave-one-out.ts';
import { rankPValue } from './rank-p-value.ts';

const LOWER_TAIL = 0.025;

/**
 * Twins that would be incriminated with the labels swapped: each takes U's place with its one
 * run, U's registered run joins the twins, and the two main criteria are asked again. A rule that
 * incriminates a benign twin of the same study incriminates for some other reason than U. The
 * benign-alarm gate asks the same with U left out, so that a loud U cannot hide a loud twin.
 */
export function swappedLabels(statistics: FamilyStatistics, holds: Criteria): string[] {
  const { table } = statistics;
  const ones = unitWeights(table).clusters;
  const suspect = table.suspects[0]!;
  const rows = matchedTwinRows(table, suspect.seed);
  const own = rowStatistic(suspect, ones);
  const rates = rows.map((row) => rowStatistic(row, ones));
  return rows.flatMap((row, at) => {
    const p = rankPValue(rates[at]!, [own, ...rates.toSpliced(at, 1)]);
    // p is cheap and the bound is not.
    const fires = holds(p, Number.POSITIVE_INFINITY) && holds(p, excessLowerBound(statistics, at));
    return fires ? [row.teacherId] : [];
  });
}

// Percentile bound of one twin over the mean of U and the other twins, from the resamples of Δ.
function excessLowerBound({ table, estimate }: FamilyStatistics, at: number): number {
  const { deltas, clusters, twins } = estimate.resamples;
  const suspect = table.suspects[0]!;
  const rows = matchedTwinRows(table, suspect.seed);
  const weights = new Float64Array(table.clusters.length);
  const gaps = deltas.map((_, b) => {
    weights.set(clusters.subarray(b * weights.length, (b + 1) * weights.length));
    let sum = rowStatistic(suspect, weights);
    let count = 1;
    for (const [other, row] of rows.entries()) {
      const times = other === at ? 0 : twins[b * rows.length + other]!;
      if (times === 0) continue;
      sum += times * rowStatistic(row, weights);
      count += times;
    }
    return rowStatistic(rows[at]!, weights) - sum / count;
  });
  return roundStatistic(quantileOf(gaps, LOWER_TAIL));
}
