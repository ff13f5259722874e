import type { FamilyStatistics } from './family-statistics.ts';
import { decimal, percent, plural, pValue } from './figures.ts';
import type { Outcome, VerdictInput } from './types.ts';

/**
 * What an outcome does not say: the sentence a sceptical reader needs beside it, with the number
 * of twins and the smallest p they allow.
 */
export function caveat(
  outcome: Outcome,
  statistics: FamilyStatistics,
  input: VerdictInput,
): string {
  const twins = statistics.table.twins.length;
  const floor = `${plural(twins, 'benign twin')}: the smallest possible p is ${pValue(statistics.pFloor)}`;
  const { primary } = statistics.family;
  switch (outcome) {
    case 'INCRIMINATED':
      return primary
        ? `${floor}, whatever the effect. Up to one benign teacher in ${Math.round(1 / input.alpha)} would pass this test by chance alone, and p is exact only if U, had it nothing to hide, would be one more twin.`
        : `${floor}. Not registered before the scores and not adjusted for the number of families looked at, so it can direct a new study but incriminates nobody.`;
    case 'SUGGESTIVE':
      return `${floor}. Some conditions of a claim are met and others are not, so this is a reason to look further and no more than that.`;
    case 'NO EVIDENCE': {
      const effect = statistics.power.minimumDetectableEffect;
      const missed =
        effect === null
          ? ''
          : ` One effect of ${decimal(effect)} in five would have gone unseen, and smaller ones more often.`;
      return `${floor}.${missed} This speaks of this behaviour, these probes and this recipe alone.`;
    }
    case 'INCONCLUSIVE':
    case 'INVALID':
      return `${floor}. An effect of ${decimal(input.delta)} would have been found with ${percent(statistics.power.at(input.delta))} power, so finding none says little.`;
  }
}
