import { atThisLook, familyAdjustment, firstStepLevel } from './adjustment.ts';
import { familyAnnex } from './annex.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { canonicalInput } from './canonical-input.ts';
import { caveat } from './caveat.ts';
import { matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import { roundStatistic } from './exactness.ts';
import { familyOutcome } from './family-outcome.ts';
import { familyStatistics } from './family-statistics.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { listOf } from './figures.ts';
import { allGates } from './gates.ts';
import { decidingFamily, headline } from './headline.ts';
import { rankLeads } from './leads.ts';
import { westfallYoungRank } from './permutation/max-t.ts';
import { runSummary } from './run-statistic.ts';
import { sequentialState } from './sequential-state.ts';
import { teacherAudit } from './teacher-audit.ts';
import type { FamilyVerdict, Gate, Outcome, Verdict, VerdictInput } from './types.ts';
import { largerDesigns, wouldChange } from './would-change.ts';

/**
 * Scores → claim. Pure and deterministic: equal scores in any order give equal bytes, so that a
 * verdict can be replayed from the ledger. Throws workError where the scores cannot carry a
 * verdict at all (see `canonicalInput`).
 */
export function decideVerdict(given: VerdictInput): Verdict {
  const input = canonicalInput(given);
  const measured = measureFamilies(input);
  const gates = allGates(
    input,
    measured.filter(({ family }) => family.primary),
  );
  const families = familyVerdicts(measured, input, gates);
  const outcome = studyOutcome(families, gates);
  const rest = {
    study: input.study,
    outcome,
    alpha: input.alpha,
    delta: input.delta,
    teacherAudit: teacherAudit(input),
    families,
    gates,
    leads: rankLeads(input, families),
    ledgerRoot: input.ledgerRoot,
    ...(input.sequential && {
      sequential: sequentialState(input.sequential, outcome, families, measured, input),
    }),
  };
  return { ...rest, headline: headline(rest) };
}

function measureFamilies(input: VerdictInput): FamilyStatistics[] {
  const primaries = input.families.filter((family) => family.primary).length;
  return input.families.map((family) => {
    const twins = new Set(family.twinRuns.map((run) => run.teacherId)).size;
    // Holm's first step: what a family must reach whatever the others show.
    const level = family.primary ? firstStepLevel(input, primaries, twins) : input.alpha;
    return familyStatistics(family, level, input.bootstrapSeed);
  });
}

function studyOutcome(families: readonly FamilyVerdict[], gates: readonly Gate[]): Outcome {
  if (gates.some((gate) => !gate.ok)) return 'INVALID';
  return decidingFamily(families)?.outcome ?? 'INCONCLUSIVE';
}

function familyVerdicts(
  measured: readonly FamilyStatistics[],
  input: VerdictInput,
  gates: readonly Gate[],
): FamilyVerdict[] {
  const primary = measured.filter(({ family }) => family.primary);
  const exploratory = measured.filter(({ family }) => !family.primary);
  const discoveries = benjaminiHochberg(exploratory.map(({ pRank }) => pRank));
  const failed = gates.filter((gate) => !gate.ok).map((gate) => `"${gate.name}"`);
  const westfallYoung = westfallYoungOf(primary);
  return measured.map((statistics) => {
    const { family, estimate, pRank } = statistics;
    const adjust = familyAdjustment(statistics, primary, input);
    const { reason, findings, ...decision } = familyOutcome(statistics, input, adjust);
    const suspectRuns = family.suspectRuns.map(runSummary);
    const twinRuns = family.twinRuns.map(runSummary);
    const summaries = [...suspectRuns, ...twinRuns];
    const at = exploratory.indexOf(statistics);
    const { minimumDetectableEffect } = statistics.power;
    return {
      name: family.name,
      primary: family.primary,
      pRank,
      pRankBySeed: statistics.pRankBySeed,
      pHolm: family.primary ? roundStatistic(adjust(pRank)) : null,
      pFloor: statistics.pFloor,
      delta: estimate.delta,
      interval: estimate.interval,
      suspectRuns,
      twinRuns,
      missing: {
        n: summaries.reduce((sum, run) => sum + run.n, 0),
        missing: summaries.reduce((sum, run) => sum + run.missing, 0),
      },
      minimumDetectableEffect:
        minimumDetectableEffect === null ? null : roundStatistic(minimumDetectableEffect),
      ...decision,
      reason:
        failed.length === 0
          ? reason
          : `${reason} Not to be relied on: ${failed.length === 1 ? 'gate' : 'gates'} ${listOf(failed)} failed.`,
      annex: familyAnnex(statistics, input, {
        benjaminiHochberg: at < 0 ? null : roundStatistic(discoveries[at]!),
        westfallYoung: westfallYoung?.[primary.indexOf(statistics)] ?? null,
      }),
      caveat: caveat(decision.outcome, statistics, input),
      ...(family.primary &&
        input.sequential && { pSequential: roundStatistic(atThisLook(input, pRank)) }),
      swappedLabels: { fired: findings.twinsFiring, of: statistics.twinStatistics.length },
      missingScores: findings.missing,
      wouldChange: wouldChange(statistics, findings, input, adjust),
      ...(family.primary && {
        largerDesigns: largerDesigns(
          statistics,
          (twins) => firstStepLevel(input, primary.length, twins),
          JSON.stringify([input.bootstrapSeed, family.name]),
        ),
      }),
    };
  });
}

// Defined where every primary family has the same twins; U comes first.
function westfallYoungOf(primary: readonly FamilyStatistics[]): readonly number[] | undefined {
  const twins = primary.map(({ table }) =>
    matchedTwinRows(table, table.suspects[0]!.seed)
      .map((row) => row.teacherId)
      .join('\n'),
  );
  if (new Set(twins).size !== 1) return undefined;
  return westfallYoungRank(
    primary.map(({ table, twinStatistics }) => [
      rowStatistic(table.suspects[0]!, unitWeights(table).clusters),
      ...twinStatistics,
    ]),
  );
}
