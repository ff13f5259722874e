import { decideVerdict } from '../decide.ts';
import { atMost } from '../exactness.ts';
import { drawStudy } from './draw-study.ts';
import { looksOf } from './look-at-study.ts';
import { mayIncriminate, primaryRankPs } from './may-incriminate.ts';
import type { SimulationSetting } from './setting.ts';

/** Every this many studies is decided in full even where it cannot be INCRIMINATED. */
const FULL_EVERY = 50;

/** Counts over simulated null studies of one setting; tallies of disjoint ranges add up. */
export interface NullTally {
  readonly studies: number;
  readonly incriminated: number;
  /** Studies decided in full, with their outcomes; only these carry intervals and gates. */
  readonly full: number;
  readonly outcomes: Readonly<Record<string, number>>;
  /** Failed gates among those decided in full, by name. */
  readonly failedGates: Readonly<Record<string, number>>;
  /** Studies in which p alone was within α at some look. */
  readonly pWithinAlpha: number;
  /** How often U took each rank in the first family at the last look; rank 1 first. */
  readonly ranks: readonly number[];
}

/**
 * Draws null studies number `from` to `to` − 1 of a setting and runs the decision on each, look by
 * look until it stops. Studies whose adjusted p is above α cannot be INCRIMINATED and are decided
 * in full only every fiftieth time.
 */
export function simulateNulls(
  setting: SimulationSetting,
  seed: string,
  from: number,
  to: number,
): NullTally {
  const outcomes: Record<string, number> = {};
  const failedGates: Record<string, number> = {};
  const ranks = Array.from({ length: setting.twins + 1 }, () => 0);
  let [incriminated, full, pWithinAlpha] = [0, 0, 0];
  for (let index = from; index < to; index++) {
    const looks = looksOf(setting, drawStudy(setting, seed, index));
    const rankPs = looks.map((input) => primaryRankPs(input));
    ranks[Math.round(rankPs.at(-1)![0]! * (setting.twins + 1)) - 1]! += 1;
    let within = false;
    for (const [k, input] of looks.entries()) {
      const may = mayIncriminate(input, rankPs[k]!);
      within ||= may;
      const last = k === looks.length - 1;
      // A look passed over so might have stopped for NO EVIDENCE: the count can only be too high.
      if (!may && !(last && index % FULL_EVERY === 0)) continue;
      const verdict = decideVerdict(input);
      const stopped = verdict.outcome === 'INCRIMINATED' || verdict.sequential?.stop === true;
      if (!stopped && !last) continue;
      full += 1;
      outcomes[verdict.outcome] = (outcomes[verdict.outcome] ?? 0) + 1;
      for (const { name, ok } of verdict.gates) {
        if (!ok) failedGates[name] = (failedGates[name] ?? 0) + 1;
      }
      if (verdict.outcome === 'INCRIMINATED') {
        incriminated += 1;
        if (!verdict.families.some((f) => f.primary && atMost(f.pHolm ?? 1, input.alpha))) {
          throw new Error(`study ${index} of ${setting.name} was incriminated without its p`);
        }
      }
      break;
    }
    if (within) pWithinAlpha += 1;
  }
  return { studies: to - from, incriminated, full, outcomes, failedGates, pWithinAlpha, ranks };
}

/** The tally of two disjoint ranges of studies of one setting. */
export function addTallies(a: NullTally, b: NullTally): NullTally {
  return {
    studies: a.studies + b.studies,
    incriminated: a.incriminated + b.incriminated,
    full: a.full + b.full,
    outcomes: addCounts(a.outcomes, b.outcomes),
    failedGates: addCounts(a.failedGates, b.failedGates),
    pWithinAlpha: a.pWithinAlpha + b.pWithinAlpha,
    ranks: a.ranks.map((count, rank) => count + b.ranks[rank]!),
  };
}

function addCounts<T extends Readonly<Record<string, number>>>(a: T, b: T): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}
