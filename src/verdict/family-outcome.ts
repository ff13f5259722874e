import { floorTooHigh } from './adjustment.ts';
import { atMost, exceeds } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { type Findings, reasonFor, SEEDS_NEEDED } from './family-reason.ts';
import { leaveOneOut } from './leave-one-out.ts';
import { missingScoreBounds } from './missing-scores.ts';
import { ENOUGH_POWER } from './power.ts';
import { swappedLabels } from './swapped-labels.ts';
import type { FamilyVerdict, Outcome, VerdictInput } from './types.ts';

/** Share of U's seeds that must agree. */
const SHARE_AGREEING = 2 / 3;

type Decision = Pick<FamilyVerdict, 'leaveOneOut' | 'power' | 'outcome' | 'reason'> & {
  readonly findings: Findings;
};

/**
 * Outcome of one family. `adjust` turns the family's raw rank p into the p that is held against
 * α: Holm's over the primary families, or the raw p itself for exploratory ones.
 *
 * INCRIMINATED: p within α, lower bound of Δ above δ, three seeds of U of which two thirds agree,
 * both criteria hold without any one run of U or probe cluster and with every missing score taken
 * for U, and no twin meets them in U's place. SUGGESTIVE: p or the bound alone, or both without
 * the rest. NO EVIDENCE: neither, although the test had 80% power at δ and the missing scores
 * could not hide it. INCONCLUSIVE: anything else.
 */
export function familyOutcome(
  statistics: FamilyStatistics,
  input: VerdictInput,
  adjust: (pRank: number) => number,
): Decision {
  const { table, estimate, pRank, pRankBySeed } = statistics;
  const pHolds = (p: number): boolean => atMost(adjust(p), input.alpha);
  const boundHolds = (low: number): boolean => exceeds(low, input.delta);
  const both = (p: number, low: number): boolean => pHolds(p) && boundHolds(low);
  const without = leaveOneOut(table, estimate.resamples, both);
  const missing = missingScoreBounds(statistics.family, input.bootstrapSeed);
  const agreeing = pRankBySeed.filter((p) => atMost(p, input.alpha)).length;
  const findings: Findings = {
    p: pHolds(pRank),
    bound: boundHolds(estimate.interval.low),
    enoughSeeds: pRankBySeed.length >= SEEDS_NEEDED,
    agreeing,
    seedsAgree: atMost(SHARE_AGREEING, agreeing / pRankBySeed.length),
    withoutRuns: without.suspectRuns,
    withoutClusters: without.probeClusters,
    twinsFiring: swappedLabels(statistics, both),
    missing,
    survivesMissing: missing === null || both(missing.forU.pRank, missing.forU.lowerBound),
    missingCouldHide: missing !== null && pHolds(missing.againstU.pRank),
    power: statistics.power.at(input.delta),
    floorTooHigh: floorTooHigh(statistics),
  };
  const outcome = outcomeOf(findings);
  const label = statistics.family.primary ? '' : 'Exploratory, p not adjusted: ';
  const said = reasonFor(outcome, findings, statistics, input, adjust(pRank));
  const reason = label === '' ? said.charAt(0).toUpperCase() + said.slice(1) : label + said;
  return { leaveOneOut: without, power: findings.power, outcome, reason, findings };
}

function outcomeOf(found: Findings): Outcome {
  const robust =
    found.enoughSeeds &&
    found.seedsAgree &&
    found.withoutRuns &&
    found.withoutClusters &&
    found.survivesMissing &&
    found.twinsFiring.length === 0;
  if (found.p && found.bound && robust) return 'INCRIMINATED';
  if (found.p || found.bound) return 'SUGGESTIVE';
  const seen = atMost(ENOUGH_POWER, found.power) && !found.missingCouldHide;
  return seen ? 'NO EVIDENCE' : 'INCONCLUSIVE';
}
