import { atMost, exceeds } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { bracket, decimal, listOf, pEquals, percent, plural, pValue } from './figures.ts';
import { leaveOneOut } from './leave-one-out.ts';
import { ENOUGH_POWER } from './power.ts';
import type { FamilyVerdict, Outcome, VerdictInput } from './types.ts';

/** Seeds of U that an incrimination needs, and the share of them that must agree. */
const SEEDS_NEEDED = 3;
const SHARE_AGREEING = 2 / 3;

type Decision = Pick<FamilyVerdict, 'leaveOneOut' | 'power' | 'outcome' | 'reason'>;

/**
 * Outcome of one family. `adjust` turns the family's raw rank p into the p that is held against
 * α: Holm's over the primary families, or the raw p itself for exploratory ones.
 */
export function familyOutcome(
  statistics: FamilyStatistics,
  input: VerdictInput,
  adjust: (pRank: number) => number,
): Decision {
  const { table, estimate, pRank, pRankBySeed } = statistics;
  const pHolds = (p: number): boolean => atMost(adjust(p), input.alpha);
  const boundHolds = (low: number): boolean => exceeds(low, input.delta);
  const without = leaveOneOut(table, estimate.resamples, (p, low) => pHolds(p) && boundHolds(low));
  const agreeing = pRankBySeed.filter((p) => atMost(p, input.alpha)).length;
  const findings: Findings = {
    p: pHolds(pRank),
    bound: boundHolds(estimate.interval.low),
    enoughSeeds: pRankBySeed.length >= SEEDS_NEEDED,
    agreeing,
    seedsAgree: atMost(SHARE_AGREEING, agreeing / pRankBySeed.length),
    withoutRuns: without.suspectRuns,
    withoutClusters: without.probeClusters,
    power: statistics.power.at(input.delta),
  };
  const outcome = outcomeOf(findings);
  const label = statistics.family.primary ? '' : 'Exploratory, p not adjusted: ';
  const said = reasonFor(outcome, findings, statistics, input, adjust(pRank));
  const reason = label === '' ? said.charAt(0).toUpperCase() + said.slice(1) : label + said;
  return { leaveOneOut: without, power: findings.power, outcome, reason };
}

interface Findings {
  readonly p: boolean;
  readonly bound: boolean;
  readonly enoughSeeds: boolean;
  readonly agreeing: number;
  readonly seedsAgree: boolean;
  readonly withoutRuns: boolean;
  readonly withoutClusters: boolean;
  readonly power: number;
}

function outcomeOf(found: Findings): Outcome {
  const robust =
    found.enoughSeeds && found.seedsAgree && found.withoutRuns && found.withoutClusters;
  if (found.p && found.bound && robust) return 'INCRIMINATED';
  if (found.p || found.bound) return 'SUGGESTIVE';
  return atMost(ENOUGH_POWER, found.power) ? 'NO EVIDENCE' : 'INCONCLUSIVE';
}

function reasonFor(
  outcome: Outcome,
  found: Findings,
  statistics: FamilyStatistics,
  input: VerdictInput,
  p: number,
): string {
  const pText = pEquals(p, statistics.family.primary ? 'Holm-adjusted p' : 'p');
  const { interval } = statistics.estimate;
  const delta = `δ = ${decimal(input.delta)}`;
  const pPart = `${pText} is ${found.p ? 'within' : 'above'} α = ${decimal(input.alpha)}`;
  const verb = found.bound ? 'exceeds' : 'does not exceed';
  const boundPart = `the lower bound of Δ ${bracket(interval)} ${verb} ${delta}`;
  const seeds = statistics.pRankBySeed.length;
  switch (outcome) {
    case 'INCRIMINATED':
      return `${pPart}, ${boundPart}, ${found.agreeing} of ${plural(seeds, 'seed')} agree, and this holds whichever run of U or probe cluster is left out.`;
    case 'SUGGESTIVE':
      return `${pPart}${found.p === found.bound ? ' and' : ', but'} ${boundPart}${shortfall(found, statistics)}.`;
    case 'NO EVIDENCE':
      return `${pPart} and ${boundPart}, although an effect of ${delta} would have been found with ${percent(found.power)} power; ${detectable(statistics)}.`;
    case 'INCONCLUSIVE':
    case 'INVALID':
      return `${pPart} and ${boundPart}, but the test had only ${percent(found.power)} power at ${delta} where ${percent(ENOUGH_POWER)} is needed; ${detectable(statistics)}.`;
  }
}

// What kept the family from INCRIMINATED, where the two main criteria have not already said it.
function shortfall(found: Findings, statistics: FamilyStatistics): string {
  if (!found.p) return floorTooHigh(statistics) ? `; ${floorText(statistics)}` : '';
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
  ];
  return `, but ${listOf(missing.filter((part) => part !== ''))}`;
}

function detectable(statistics: FamilyStatistics): string {
  const { minimumDetectableEffect } = statistics.power;
  const power = `${percent(ENOUGH_POWER)} power`;
  if (minimumDetectableEffect !== null) {
    return `the smallest effect found with ${power} is ${decimal(minimumDetectableEffect)}`;
  }
  const why = floorTooHigh(statistics) ? floorText(statistics) : 'the twins differ too much';
  return `no effect can be found with ${power}, since ${why}`;
}

function floorTooHigh(statistics: FamilyStatistics): boolean {
  return exceeds(statistics.pFloor, statistics.alpha);
}

function floorText(statistics: FamilyStatistics): string {
  const twins = statistics.table.twins.length;
  return `${plural(twins, 'twin')} allow no p below 1/${twins + 1} where ${pValue(statistics.alpha)} is needed`;
}
