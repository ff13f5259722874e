import { decimal, pEquals, pValue } from './figures.ts';
import type { FamilyVerdict } from './types.ts';

/** Checks beside the decision, in one sentence each. */
export function robustnessText(family: FamilyVerdict): string {
  const { swappedLabels, missingScores, pSequential } = family;
  const parts: string[] = [];
  if (pSequential !== undefined) parts.push(`p over all declared looks ${pValue(pSequential)}`);
  if (swappedLabels !== undefined) {
    const { fired, of } = swappedLabels;
    parts.push(
      fired.length === 0
        ? `with labels swapped none of ${of} twins would be incriminated`
        : `with labels swapped ${fired.join(', ')} of ${of} twins would be incriminated`,
    );
  }
  if (missingScores != null) {
    const { forU, againstU } = missingScores;
    parts.push(
      `missing scores at their worst: ${pEquals(forU.pRank)} and lower bound ${decimal(forU.lowerBound)} for U, ${pEquals(againstU.pRank)} against it`,
    );
  }
  return parts.length === 0 ? '' : ` Robustness: ${parts.join('; ')}.`;
}
