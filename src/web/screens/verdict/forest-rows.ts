import { bracket, decimal, pEquals } from '../../../verdict/figures.ts';
import type { FamilyVerdict, RunSummary } from '../../../verdict/types.ts';

/** Which p is shown, and what missing scores are taken for. */
export interface ForestView {
  readonly p: 'holm' | 'raw';
  readonly missing: 'scored' | 'worst';
}

/** A model's rate as its distance from the twins' mean rate, the zero of Δ. */
export interface Shift {
  readonly run: RunSummary;
  readonly shift: number;
}

/** One family as a forest plot draws it. */
export interface ForestRow {
  readonly family: FamilyVerdict;
  readonly delta: number;
  readonly low: number;
  /** Null: only the lower bound is known. */
  readonly high: number | null;
  readonly p: string;
  readonly intervalText: string;
  readonly suspects: readonly Shift[];
  readonly twins: readonly Shift[];
}

/** Mean rate of U's students, and the twins' rate that Δ is taken from. */
export function familyRates(family: FamilyVerdict): { suspect: number; twin: number } {
  const suspect =
    family.suspectRuns.reduce((sum, run) => sum + run.statistic, 0) / family.suspectRuns.length;
  // Δ is the difference of the two by definition.
  return { suspect, twin: Math.min(1, Math.max(0, suspect - family.delta)) };
}

/** Rows of the forest plot under a view, registered families first, both in the study's order. */
export function forestRows(families: readonly FamilyVerdict[], view: ForestView): ForestRow[] {
  return [...families.filter((f) => f.primary), ...families.filter((f) => !f.primary)].map(
    (family) => row(family, view),
  );
}

function row(family: FamilyVerdict, view: ForestView): ForestRow {
  const { interval, annex, missingScores } = family;
  const { twin } = familyRates(family);
  const shifts = (runs: readonly RunSummary[]): Shift[] =>
    runs.map((run) => ({ run, shift: run.statistic - twin }));
  const isFilled = view.missing === 'worst' && family.missing.missing > 0;
  const lost = isFilled && missingScores != null ? missingScores.forU : null;
  const worst = isFilled && annex !== undefined ? annex.worstCase : null;
  const delta = worst?.delta ?? family.delta;
  const low = lost?.lowerBound ?? interval.low;
  const high = lost === null ? interval.high : null;
  return {
    family,
    delta,
    low,
    high,
    p: pText(family, view, isFilled ? (lost?.pRank ?? worst?.pRank) : undefined),
    intervalText: high === null ? `from ${decimal(low)}` : bracket({ low, high }),
    suspects: shifts(family.suspectRuns),
    twins: shifts(family.twinRuns),
  };
}

// Holm is known for the scores as they are; with missing ones filled in, only the rank p is.
function pText(family: FamilyVerdict, view: ForestView, filled: number | undefined): string {
  if (filled === undefined && view.p === 'holm' && family.pHolm !== null) {
    return pEquals(family.pHolm, 'Holm p');
  }
  const text = pEquals(filled ?? family.pRank, 'rank p');
  return family.primary || view.p === 'raw' ? text : `${text}, unadjusted`;
}

/** Every value that the axis of Δ must cover. */
export function forestRange(rows: readonly ForestRow[], delta: number): number[] {
  return [
    0,
    delta,
    ...rows.flatMap((found) => [
      found.low,
      found.high ?? found.delta,
      found.delta,
      ...found.twins.map(({ shift }) => shift),
      ...found.suspects.map(({ shift }) => shift),
    ]),
  ];
}
