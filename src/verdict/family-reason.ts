import { atMost } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { bracket, decimal, listOf, pEquals, percent, plural, pValue } from './figures.ts';
import type { MissingScoreBounds } from './missing-scores.ts';
import { ENOUGH_POWER } from './power.ts';
import type { Outcome, VerdictInput } from './types.ts';

/** Seeds of U that an incrimination needs. */
export const SEEDS_NEEDED = 3;

/** Each criterion of the decision rule as found in one family. */
export interface Findings {
  readonly p: boolean;
  readonly bound: boolean;
  readonly enoughSeeds: boolean;
  readonly agreeing: number;
  readonly seedsAgree: boolean;
  readonly withoutRuns: boolean;
  readonly withoutClusters: boolean;
  /** Twins that meet p and bound in U's place. */
  readonly twinsFiring: readonly string[];
  readonly missing: MissingScoreBounds | null;
  /** p and bound hold with every missing score taken for U. */
  readonly survivesMissing: boolean;
  /** p would hold with every missing score taken against U. */
  readonly missingCouldHide: boolean;
  readonly power: number;
  readonly floorTooHigh: boolean;
}

/** Why this outcome: the figures behind each criterion, and which of them was not met. */
export function reasonFor(
  outcome: Outcome,
  found: Findings,
  statistics: FamilyStatistics,
  input: VerdictInput,
  p: number,
): string {
  const { primary } = statistics.family;
  const sequential = primary && input.sequential !== undefined;
  const name = sequential ? 'Holm-adjusted p over all looks' : 'Holm-adjusted p';
  const pText = pEquals(p, primary ? name : 'p');
  const { interval } = statistics.estimate;
  const delta = `δ = ${decimal(input.delta)}`;
  const pPart = `${pText} is ${found.p ? 'within' : 'above'} α = ${decimal(input.alpha)}`;
  const verb = found.bound ? 'exceeds' : 'does not exceed';
  const boundPart = `the lower bound of Δ ${bracket(interval)} ${verb} ${delta}`;
  const seeds = statistics.pRankBySeed.length;
  switch (outcome) {
    case 'INCRIMINATED': {
      const missing =
        found.missing === null ? '' : ', even with every missing score taken in U’s favour';
      return `${pPart}, ${boundPart}, ${found.agreeing} of ${plural(seeds, 'seed')} agree, and this holds whichever run of U or probe cluster is left out${missing}; no twin in U's place would be incriminated.`;
    }
    case 'SUGGESTIVE':
      return `${pPart}${found.p === found.bound ? ' and' : ', but'} ${boundPart}${shortfall(found, statistics)}.`;
    case 'NO EVIDENCE':
      return `${pPart} and ${boundPart}, although an effect of ${delta} would have been found with ${percent(found.power)} power; ${detectable(statistics, found)}.`;
    case 'INCONCLUSIVE':
    case 'INVALID':
      return atMost(ENOUGH_POWER, found.power)
        ? `${pPart} and ${boundPart}, but the missing scores could hide an effect: taken against U they give rank ${pEquals(found.missing?.againstU.pRank ?? 1)}.`
        : `${pPart} and ${boundPart}, but the test had only ${percent(found.power)} power at ${delta} where ${percent(ENOUGH_POWER)} is needed; ${detectable(statistics, found)}.`;
  }
}

// What kept the family from INCRIMINATED, where the two main criteria have not already said it.
function shortfall(found: Findings, statistics: FamilyStatistics): string {
  if (!found.p) return found.floorTooHigh ? `; ${floorText(statistics)}` : '';
  if (!found.bound) return '';
  const seeds = statistics.pRankBySeed.length;
  const were = seeds === 1 ? 'was' : 'were';
  const missing = [
    found.enoughSeeds
      ? ''
      : `only ${plural(seeds, 'seed')} of U ${were} run where ${SEEDS_NEEDED} are needed`,
    found.seedsAgree ? '' : `only ${found.agreeing} of ${plural(seeds, 'seed')} agree`,
    found.withoutRuns || seeds < 2 ? '' : 'it fails when one run of U is left out',
    found.withoutClusters ? '' : 'it fails when one probe cluster is left out',
    found.survivesMissing ? '' : 'it fails when the missing scores are taken in U’s favour',
    found.twinsFiring.length === 0
      ? ''
      : `${listOf(found.twinsFiring)} would be incriminated in U's place too`,
  ];
  return `, but ${listOf(missing.filter((part) => part !== ''))}`;
}

function detectable(statistics: FamilyStatistics, found: Findings): string {
  const { minimumDetectableEffect } = statistics.power;
  const power = `${percent(ENOUGH_POWER)} power`;
  if (minimumDetectableEffect !== null) {
    return `the smallest effect found with ${power} is ${decimal(minimumDetectableEffect)}`;
  }
  const why = found.floorTooHigh ? floorText(statistics) : 'the twins differ too much';
  return `no effect can be found with ${power}, since ${why}`;
}

function floorText({ table, alpha }: FamilyStatistics): string {
  const twins = table.twins.length;
  const needed = alpha > 0 ? `${pValue(alpha)} is needed` : 'this look may spend none of α';
  return `${plural(twins, 'twin')} allow no p below 1/${twins + 1} where ${needed}`;
}
