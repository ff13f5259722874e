import { log10BayesFactor } from './bayes-factor.ts';
import { matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import { mean, roundStatistic } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { rankPValue } from './rank-p-value.ts';
import { probeMean, runStatistic } from './run-statistic.ts';
import { signFlipTest } from './sign-flip.ts';
import type { FamilyAnnex, FamilyScores, RunScores, VerdictInput } from './types.ts';

/** Figures beside the decision: worst case of what is missing, Bayes factor, student vs teacher. */
export function familyAnnex(
  statistics: FamilyStatistics,
  input: VerdictInput,
  pBenjaminiHochberg: number | null,
): FamilyAnnex {
  const { family } = statistics;
  return {
    pBenjaminiHochberg,
    worstCase: worstCase(statistics),
    log10BayesFactor: roundStatistic(bayesFactor(statistics)),
    pStudentAboveTeacher: studentAboveTeacher(
      family,
      input.teacherAudit.suspect,
      JSON.stringify([input.bootstrapSeed, family.name]),
    ),
  };
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
