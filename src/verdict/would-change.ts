import { twinsNeeded } from './adjustment.ts';
import { matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import { atMost, exceeds, mean } from './exactness.ts';
import type { Findings } from './family-reason.ts';
import { SEEDS_NEEDED } from './family-reason.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { decimal, percent, plural, pEquals } from './figures.ts';
import type { LargerDesign, VerdictInput } from './types.ts';
import { varianceComponents } from './variance/components.ts';
import { powerFromComponents } from './variance/planned-power.ts';

/**
 * What would have had to be different for another outcome: how far U's registered run stands from
 * the twin that would turn its rank, how far δ from the bound, which conditions are missing.
 */
export function wouldChange(
  statistics: FamilyStatistics,
  found: Findings,
  input: VerdictInput,
  adjust: (pRank: number) => number,
): string[] {
  const { table, alpha } = statistics;
  const seeds = statistics.pRankBySeed.length;
  const needed = twinsNeeded(alpha);
  return [
    found.floorTooHigh
      ? needed === null
        ? 'This look spends none of α that these twins could reach: only a later look can decide.'
        : `With ${plural(needed, 'twin')} instead of ${table.twins.length} p could reach α.`
      : rankSentence(statistics, found, input, adjust),
    boundSentence(statistics, found, input),
    seeds < SEEDS_NEEDED
      ? `${SEEDS_NEEDED} seeds of U are needed for a claim; ${seeds} ${seeds === 1 ? 'was' : 'were'} run.`
      : '',
  ].filter((sentence) => sentence !== '');
}

/** Smallest detectable Δ with twice the twins, twice the probe clusters, and both. */
export function largerDesigns(
  statistics: FamilyStatistics,
  level: (twins: number) => number,
  seed: string,
): LargerDesign[] {
  const { table, family } = statistics;
  const components = varianceComponents(table, [...family.suspectRuns, ...family.twinRuns]);
  const [twins, clusters] = [table.twins.length, table.clusters.length];
  const rate = mean(statistics.twinStatistics);
  const designs = [
    { twins: 2 * twins + 1, clusters },
    { twins, clusters: 2 * clusters },
    { twins: 2 * twins + 1, clusters: 2 * clusters },
  ];
  return designs.map((design) => {
    const power = powerFromComponents(
      components,
      rate,
      { ...design, alpha: level(design.twins) },
      JSON.stringify([seed, 'larger', design.twins, design.clusters]),
    );
    const effect = power.minimumDetectableEffect;
    return { ...design, minimumDetectableEffect: effect === null ? null : round(effect) };
  });
}

function rankSentence(
  { table, pRank, twinStatistics }: FamilyStatistics,
  found: Findings,
  input: VerdictInput,
  adjust: (pRank: number) => number,
): string {
  const ones = unitWeights(table).clusters;
  const own = percent(rowStatistic(table.suspects[0]!, ones));
  const places = matchedTwinRows(table, table.suspects[0]!.seed).length + 1;
  const holdsAt = (rank: number): boolean => atMost(adjust(rank / places), input.alpha);
  const rank = Math.round(pRank * places);
  const descending = twinStatistics.toSorted((a, b) => b - a);
  if (found.p) {
    let lost = rank;
    while (lost <= places && holdsAt(lost)) lost += 1;
    const twin = descending[lost - 2];
    if (twin === undefined) return '';
    const more = plural(lost - rank, 'more twin');
    return `p would no longer hold with ${more} at or above U's registered run (p would be ${pEquals(adjust(lost / places), '').replace(/^ = /u, '')}): that run would have to score ${percent(twin)} instead of ${own}.`;
  }
  let wanted = rank;
  while (wanted > 1 && !holdsAt(wanted)) wanted -= 1;
  const twin = descending[wanted - 1];
  return twin === undefined || !holdsAt(wanted)
    ? 'The other primary families keep the adjusted p above α, however high U ranks here.'
    : `For p to hold U's registered run would have to score above ${percent(twin)}; it scores ${own}.`;
}

function boundSentence(
  { estimate }: FamilyStatistics,
  found: Findings,
  { delta }: VerdictInput,
): string {
  const { low } = estimate.interval;
  if (found.bound)
    return `The lower bound of Δ holds for every δ below ${decimal(low)}; δ is ${decimal(delta)}.`;
  return exceeds(low, 0)
    ? `The lower bound of Δ would exceed a δ below ${decimal(low)}; δ is ${decimal(delta)}.`
    : '';
}

// Detectable effects are simulated: more digits would be noise.
function round(effect: number): number {
  return Math.round(effect * 1000) / 1000;
}
