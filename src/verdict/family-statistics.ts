import { bootstrapDelta } from './cluster-bootstrap.ts';
import type { DeltaEstimate } from './cluster-bootstrap.ts';
import { deltaTable, matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import type { DeltaTable } from './delta-table.ts';
import { mean, roundStatistic } from './exactness.ts';
import { rankOf } from './leave-one-out.ts';
import { noiseDraws, rankTestPower } from './power.ts';
import type { Power, PowerDesign } from './power.ts';
import { rankFloor } from './rank-p-value.ts';
import { runStatistic } from './run-statistic.ts';
import type { FamilyScores } from './types.ts';
import { varianceComponents } from './variance/components.ts';

/** Everything measured about one family before families are compared with each other. */
export interface FamilyStatistics {
  readonly family: FamilyScores;
  readonly table: DeltaTable;
  /** Level the raw p must reach, α shared among the primary families. */
  readonly alpha: number;
  /** Rank p of U's registered run, that of the lowest seed. */
  readonly pRank: number;
  readonly pRankBySeed: readonly number[];
  readonly pFloor: number;
  /** Statistics of the twins' runs the registered run is ranked against. */
  readonly twinStatistics: readonly number[];
  readonly estimate: DeltaEstimate;
  /** What blurs one run's statistic. */
  readonly noise: RunNoise;
  readonly power: Power;
}

type RunNoise = Required<Pick<PowerDesign, 'drawsPerRun' | 'noiseDraws'>>;

/** Draws of one run and what they are worth, from the twins' runs. */
export function runNoise(
  table: DeltaTable,
  twinStatistics: readonly number[],
  drawsPerRun: number,
): RunNoise {
  const clusters = table.clusters.length;
  const { residual } = varianceComponents(table, []);
  return {
    drawsPerRun,
    noiseDraws: noiseDraws(mean(twinStatistics), residual, clusters, drawsPerRun),
  };
}

/** Measures one family. `alpha` is the level at which its power is judged: the raw p it must reach. */
export function familyStatistics(
  family: FamilyScores,
  alpha: number,
  bootstrapSeed: string,
): FamilyStatistics {
  const table = deltaTable(family.suspectRuns, family.twinRuns);
  const ones = unitWeights(table).clusters;
  const pRankBySeed = table.suspects.map((row) => rankOf(table, row, ones));
  const matched = matchedTwinRows(table, table.suspects[0]!.seed);
  const twinStatistics = matched.map((row) => roundStatistic(rowStatistic(row, ones)));
  const draws = mean(
    family.twinRuns.map((run) => {
      const { n, missing } = runStatistic(run);
      return n - missing;
    }),
  );
  const seed = JSON.stringify([bootstrapSeed, family.name]);
  const noise = runNoise(table, twinStatistics, Math.max(1, draws));
  return {
    family,
    table,
    alpha,
    pRank: pRankBySeed[0]!,
    pRankBySeed,
    pFloor: rankFloor(table.twins.length),
    twinStatistics,
    estimate: bootstrapDelta(table, seed),
    noise,
    power: rankTestPower({ twins: twinStatistics, ...noise, alpha }, seed),
  };
}
