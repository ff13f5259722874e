import { log10BayesFactor } from './bayes-factor.ts';
import { matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import type { RunRow } from './delta-table.ts';
import { mean, roundStatistic } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { stratifiedPermutationTest } from './permutation/stratified.ts';
import { profilePValue } from './profile-p-value.ts';
import { rankPValue } from './rank-p-value.ts';
import { probeMean, runStatistic } from './run-statistic.ts';
import { signFlipTest } from './sign-flip.ts';
import type { FamilyAnnex, FamilyScores, RunScores, VerdictInput } from './types.ts';
import { varianceComponents } from './variance/components.ts';
import { designEffect, intraclassCorrelation } from './variance/design-effect.ts';

/** Figures beside the decision: worst case of what is missing, Bayes factor, student vs teacher. */
export function familyAnnex(
  statistics: FamilyStatistics,
  input: VerdictInput,
  adjusted: { readonly benjaminiHochberg: number | null; readonly westfallYoung: number | null },
): FamilyAnnex {
  const { family, table } = statistics;
  const runs = [...family.suspectRuns, ...family.twinRuns];
  const components = varianceComponents(table, runs);
  return {
    pBenjaminiHochberg: adjusted.benjaminiHochberg,
    worstCase: worstCase(statistics),
    log10BayesFactor: roundStatistic(bayesFactor(statistics)),
    pStudentAboveTeacher: studentAboveTeacher(
      family,
      input.teacherAudit.suspect,
      JSON.stringify([input.bootstrapSeed, family.name]),
    ),
    pWestfallYoung: adjusted.westfallYoung === null ? null : roundStatistic(adjusted.westfallYoung),
    pRunPermutation: roundStatistic(runPermutation(statistics, input.bootstrapSeed)),
    pProfile: profilePValue(table),
    components: {
      teacher: roundStatistic(components.teacher),
      run: components.run === null ? null : roundStatistic(components.run),
      cluster: roundStatistic(components.cluster),
      residual: roundStatistic(components.residual),
      draw: components.draw === null ? null : roundStatistic(components.draw),
    },
    designEffect: roundStatistic(clusterDesignEffect(family)),
  };
}

function runPermutation({ table, family }: FamilyStatistics, seed: string): number {
  const ones = unitWeights(table).clusters;
  const statistic = (row: RunRow): number => rowStatistic(row, ones);
  const stratum = {
    suspects: table.suspects.map(statistic),
    twins: table.twins.flat().map(statistic),
  };
  return stratifiedPermutationTest([stratum], JSON.stringify([seed, family.name]), 20_000).p;
}

// Among the twins' students: how much one more probe in a cluster is worth.
function clusterDesignEffect({ twinRuns }: FamilyScores): number {
  const clusters = new Map<string, number[]>();
  for (const probe of twinRuns.flatMap((run) => run.probes)) {
    const value = probeMean(probe);
    if (value === null) continue;
    const group = clusters.get(probe.cluster) ?? [];
    group.push(value);
    clusters.set(probe.cluster, group);
  }
  const probes = twinRuns[0]!.probes.length / Math.max(1, clusters.size);
  return designEffect(Math.max(1, probes), intraclassCorrelation([...clusters.values()]));
}

function worstCase({ table, family }: FamilyStatistics): FamilyAnnex['worstCase'] {
  const suspects = family.suspectRuns.map((run) => runStatistic(run).bounds.low);
  const highest = new Map(family.twinRuns.map((run) => [run.runId, runStatistic(run).bounds.high]));
  const of = (runId: string): number => highest.get(runId) ?? 1;
  const matched = matchedTwinRows(table, table.suspects[0]!.seed);
  const twinMeans = table.twins.map((rows) => mean(rows.map((row) => of(row.runId))));
  return {
    pRank: rankPValue(
      suspects[0]!,
      matched.map((row) => of(row.runId)),
    ),
    delta: roundStatistic(mean(suspects) - mean(twinMeans)),
  };
}

function bayesFactor({ table, twinStatistics }: FamilyStatistics): number {
  const n = table.clusters.length;
  const rate = rowStatistic(table.suspects[0]!, unitWeights(table).clusters);
  const m = n * twinStatistics.length;
  return log10BayesFactor(
    { successes: Math.min(n, rate * n), n },
    { successes: Math.min(m, mean(twinStatistics) * m), n: m },
  );
}

// Probes of one cluster are flipped together: they are one question asked in several words.
function studentAboveTeacher(
  family: FamilyScores,
  teacher: RunScores,
  seed: string,
): number | null {
  const teacherMeans = new Map(teacher.probes.map((probe) => [probe.probeId, probeMean(probe)]));
  const byCluster = new Map<string, number[]>();
  for (const probe of family.suspectRuns.flatMap((run) => run.probes)) {
    const own = probeMean(probe);
    const theirs = teacherMeans.get(probe.probeId) ?? null;
    if (own === null || theirs === null) continue;
    const values = byCluster.get(probe.cluster) ?? [];
    values.push(own - theirs);
    byCluster.set(probe.cluster, values);
  }
  if (byCluster.size === 0) return null;
  return signFlipTest([...byCluster.values()].map(mean), seed).p;
}
