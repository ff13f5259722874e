import { decimal, pEquals } from './figures.ts';
import type { FamilyVerdict } from './types.ts';
import { figure } from '../base/numbers.ts';

/** Figures beside the decision, in one sentence; empty where there are none. */
export function annexText({ annex }: FamilyVerdict): string {
  if (annex === undefined) return '';
  const { worstCase, log10BayesFactor, pStudentAboveTeacher, pBenjaminiHochberg } = annex;
  const parts = [
    `with every missing score counted in U’s favour: Δ = ${decimal(worstCase.delta)}, ${pEquals(worstCase.pRank)}`,
    `log10 Bayes factor ${figure(log10BayesFactor)}`,
  ];
  if (pStudentAboveTeacher !== null) {
    parts.push(`students above U itself: ${pEquals(pStudentAboveTeacher)}`);
  }
  if (pBenjaminiHochberg !== null) {
    parts.push(`Benjamini-Hochberg over the exploratory families: ${pEquals(pBenjaminiHochberg)}`);
  }
  if (annex.pWestfallYoung != null) {
    parts.push(`Westfall-Young instead of Holm: ${pEquals(annex.pWestfallYoung)}`);
  }
  if (annex.pProfile !== undefined) {
    parts.push(
      `profile over probes unlike the twins’, in any direction: ${pEquals(annex.pProfile)}`,
    );
  }
  if (annex.pRunPermutation !== undefined) {
    parts.push(
      `permutation as if U’s students were independent of each other: ${pEquals(annex.pRunPermutation)}`,
    );
  }
  if (annex.designEffect !== undefined) {
    parts.push(`design effect of probes within clusters ${figure(annex.designEffect)}`);
  }
  return `Annex, decides nothing: ${parts.join('; ')}.`;
}
