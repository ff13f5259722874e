import { quantileOf } from './bca.ts';
import type { Resamples } from './cluster-bootstrap.ts';
import { matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import type { DeltaTable, RunRow } from './delta-table.ts';
import { rankPValue } from './rank-p-value.ts';
import type { FamilyVerdict } from './types.ts';

const LOWER_TAIL = 0.025;

/** The criteria under test, given a raw rank p and the lower bound of Δ. */
export type Criteria = (pRank: number, lowerBound: number) => boolean;

/**
 * Whether the criteria hold with any one run of U, any one probe cluster, or any one twin left
 * out. p is recomputed; the lower bound is the percentile bound of those resamples in which the
 * unit does not occur, which are a bootstrap sample of the rest (jackknife-after-bootstrap, Efron
 * 1992). With a single run or cluster nothing remains, so the answer is no. Leaving out a twin
 * raises the floor of p, which is why it is reported but not required.
 */
export function leaveOneOut(
  table: DeltaTable,
  resamples: Resamples,
  holds: Criteria,
): FamilyVerdict['leaveOneOut'] {
  const everyUnit = (
    factor: 'clusters' | 'suspects' | 'twins',
    pWithout: (at: number) => number,
  ): boolean => {
    const count = table[factor].length;
    if (count < 2) return false;
    // p is cheap and the bound is not: the bound is sought only where p holds at any bound.
    return Array.from({ length: count }, (_, at) => at).every((at) => {
      const p = pWithout(at);
      return holds(p, Number.POSITIVE_INFINITY) && holds(p, boundWithout(resamples, factor, at));
    });
  };
  const ones = unitWeights(table).clusters;
  const registered = table.suspects[0]!;
  return {
    suspectRuns: everyUnit('suspects', (at) =>
      rankOf(table, table.suspects[at === 0 ? 1 : 0]!, ones),
    ),
    probeClusters: everyUnit('clusters', (at) => {
      const weights = ones.slice();
      weights[at] = 0;
      return rankOf(table, registered, weights);
    }),
    twins: everyUnit('twins', (at) =>
      rankOf({ ...table, twins: table.twins.toSpliced(at, 1) }, registered, ones),
    ),
  };
}

/** Rank p of one run of U among the twins, clusters weighted. */
export function rankOf(table: DeltaTable, row: RunRow, clusters: Float64Array): number {
  const twins = matchedTwinRows(table, row.seed);
  return rankPValue(
    rowStatistic(row, clusters),
    twins.map((twin) => rowStatistic(twin, clusters)),
  );
}

function boundWithout(
  resamples: Resamples,
  factor: 'clusters' | 'suspects' | 'twins',
  at: number,
): number {
  const { deltas } = resamples;
  const multiplicities = resamples[factor];
  const units = multiplicities.length / deltas.length;
  const without = deltas.filter((_, b) => multiplicities[b * units + at] === 0);
  return without.length === 0 ? Number.NEGATIVE_INFINITY : quantileOf(without, LOWER_TAIL);
}
