import { familyAnnex } from './annex.ts';
import { benjaminiHochberg } from './benjamini-hochberg.ts';
import { canonicalInput } from './canonical-input.ts';
import { roundStatistic } from './exactness.ts';
import { familyOutcome } from './family-outcome.ts';
import { familyStatistics } from './family-statistics.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { listOf } from './figures.ts';
import { allGates } from './gates.ts';
import { decidingFamily, headline } from './headline.ts';
import { holmAdjust } from './holm.ts';
import { rankLeads } from './leads.ts';
import { runSummary } from './run-statistic.ts';
import { teacherAudit } from './teacher-audit.ts';
import type { FamilyVerdict, Gate, Outcome, Verdict, VerdictInput } from './types.ts';

/**
 * Scores → claim. Pure and deterministic: equal scores in any order give equal bytes, so that a
 * verdict can be replayed from the ledger. Throws workError where the scores cannot carry a
 * verdict at all (see `canonicalInput`).
 */
export function decideVerdict(given: VerdictInput): Verdict {
  const input = canonicalInput(given);
  const primaries = input.families.filter((family) => family.primary).length;
  const measured = input.families.map((family) =>
    familyStatistics(
      family,
      // Holm's first step: what a family must reach whatever the others show.
      family.primary ? input.alpha / primaries : input.alpha,
      input.bootstrapSeed,
    ),
  );
  const gates = allGates(
    input,
    measured.filter(({ family }) => family.primary),
  );
  const families = familyVerdicts(measured, input, gates);
  const rest = {
    study: input.study,
    outcome: studyOutcome(families, gates),
    alpha: input.alpha,
    delta: input.delta,
    teacherAudit: teacherAudit(input),
    families,
    gates,
    leads: rankLeads(input, families),
    ledgerRoot: input.ledgerRoot,
  };
  return { ...rest, headline: headline(rest) };
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
  return measured.map((statistics) => {
    const { family, estimate, pRank } = statistics;
    // Holm's p of this family if its raw p were `p`, the other families as observed.
    const adjust = (p: number): number => {
      const at = primary.indexOf(statistics);
      return at < 0 ? p : holmAdjust(primary.map((other) => other.pRank).with(at, p))[at]!;
    };
    const { reason, ...decision } = familyOutcome(statistics, input, adjust);
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
      annex: familyAnnex(statistics, input, at < 0 ? null : roundStatistic(discoveries[at]!)),
    };
  });
}
