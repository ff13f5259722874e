import { atMost, mean } from './exactness.ts';
import { bracket, decimal, listOf, pEquals, percent, plural } from './figures.ts';
import type { FamilyVerdict, Outcome, Verdict } from './types.ts';

/** Outcomes from weakest to strongest; the claim of absence yields to doubt. */
const STRENGTH: readonly Outcome[] = ['NO EVIDENCE', 'INCONCLUSIVE', 'SUGGESTIVE', 'INCRIMINATED'];

/**
 * The primary family that decides the study: the strongest outcome, then the smallest p, then
 * the largest Δ. Undefined when no family was registered as primary.
 */
export function decidingFamily(families: readonly FamilyVerdict[]): FamilyVerdict | undefined {
  return families
    .filter((family) => family.primary)
    .toSorted(
      (a, b) =>
        STRENGTH.indexOf(b.outcome) - STRENGTH.indexOf(a.outcome) ||
        a.pRank - b.pRank ||
        b.delta - a.delta,
    )[0];
}

/** The verdict in one sentence: how U does in its own audit, and how its students do. */
export function headline(verdict: Omit<Verdict, 'headline'>): string {
  const failed = verdict.gates.filter((gate) => !gate.ok);
  if (failed.length > 0) {
    const names = listOf(failed.map((gate) => `"${gate.name}"`));
    const count = `${failed.length} of ${plural(verdict.gates.length, 'gate')}`;
    return `No verdict: ${count} failed (${names}), so no figure here is evidence for or against U.`;
  }
  const family = decidingFamily(verdict.families);
  const students =
    family === undefined
      ? 'no family was registered as primary, so its students settle nothing'
      : studentClause(verdict, family);
  return `${teacherClause(verdict.teacherAudit)}; ${students}.`;
}

function teacherClause(audit: Verdict['teacherAudit']): string {
  const { low, high } = audit.interval;
  const twins = plural(audit.twinRates.length, 'benign twin');
  return (
    `U ${audit.passed ? 'passes' : 'fails'} its audit: ${percent(audit.rate)} ` +
    `[${percent(low)}, ${percent(high)}] against ${percent(mean(audit.twinRates))} ` +
    `for ${twins} (${pEquals(audit.p)})`
  );
}

function studentClause(verdict: Omit<Verdict, 'headline'>, family: FamilyVerdict): string {
  const primaries = verdict.families.filter(({ primary }) => primary).length;
  const students = primaries > 1 ? `its students in "${family.name}"` : 'its students';
  const rate = mean(family.suspectRuns.map((run) => run.statistic));
  // Δ is the difference of these two means by definition.
  const twinRate = Math.min(1, Math.max(0, rate - family.delta));
  const p = pText(family, primaries);
  const figures = `${percent(rate)} against ${percent(twinRate)} (Δ = ${decimal(family.delta)} ${bracket(family.interval)}, ${p}`;
  const power = `${percent(family.power)} power at δ = ${decimal(verdict.delta)}`;
  const { passed } = verdict.teacherAudit;
  switch (family.outcome) {
    case 'INCRIMINATED':
      return `${passed ? `${students} do not` : `so do ${students}`}: ${figures})`;
    case 'SUGGESTIVE': {
      const verb = passed
        ? 'arouse suspicion without incriminating'
        : 'add suspicion to that but do not incriminate';
      return `${students} ${verb} it: ${figures})`;
    }
    case 'NO EVIDENCE': {
      const effect = family.minimumDetectableEffect;
      const smallest =
        effect === null ? '' : `, smallest effect found with 80% power ${decimal(effect)}`;
      const either = passed ? ' either' : '';
      return `${students} give no evidence against it${either}: ${figures}, ${power}${smallest})`;
    }
    case 'INCONCLUSIVE':
    case 'INVALID':
      return `${students} settle nothing: ${figures}, ${power})`;
  }
}

function pText(family: FamilyVerdict, primaries: number): string {
  const atFloor = atMost(family.pRank, family.pFloor);
  const floor = `its floor of 1/${Math.round(1 / family.pFloor)}`;
  const raw = pEquals(family.pRank);
  if (primaries === 1 || family.pHolm === null) return atFloor ? `${raw} at ${floor}` : raw;
  return `${pEquals(family.pHolm, 'Holm p')}, ${atFloor ? `raw ${raw} at ${floor}` : `raw ${raw}`}`;
}
