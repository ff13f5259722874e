import { atMost } from '../exactness.ts';
import { spendingShares } from './design.ts';
import type { SequentialDesign, SequentialLook } from './design.ts';
import { exactSequentialRank } from './exact-rank.ts';

/**
 * p-value of a rank p seen at this look that stays valid whenever the study stops: the chance,
 * over all declared looks, that rank p divided by the look's share of α is ever as small.
 *
 * - Twins are added: the joint law of the ranks is known exactly (`exactSequentialRank`), so the
 *   chance is computed, not bounded, and nothing is lost to discreteness.
 * - Probes are added: ranks at different looks depend on each other in an unknown way; the union
 *   bound gives p / share.
 * - Seeds of U are added: its registered run alone is ranked and is the same at every look, so
 *   there is only one test and p stands as it is.
 *
 * Being valid for every level, it can be handed to Holm's adjustment: rejecting at a look implies
 * rejecting with the smallest value over all looks, whose error is controlled.
 */
export function sequentialPValue(at: SequentialLook, rankP: number, alpha: number): number {
  if (at.adds === 'seeds') return rankP;
  const shares = spendingShares(at, alpha);
  const scaled = rankP / shares[at.look - 1]!;
  if (at.adds === 'probes') return Math.min(1, scaled);
  const ranks = at.looks.map((size, k) => Math.floor(scaled * shares[k]! * (size + 1) + 1e-9));
  return exactSequentialRank(at.looks, ranks);
}

/**
 * Largest rank p at each look that meets `level`; 0 where none does, so that the look cannot
 * incriminate whatever U's students show. `twins` is their number where they are not what grows.
 */
export function lookLevels(
  design: SequentialDesign,
  twins: number,
  level: number,
  alpha: number,
): number[] {
  return design.looks.map((size, k) => {
    const places = (design.adds === 'twins' ? size : twins) + 1;
    let best = 0;
    for (let rank = 1; rank <= places; rank++) {
      const p = sequentialPValue({ ...design, look: k + 1 }, rank / places, alpha);
      if (!atMost(p, level)) break;
      best = rank;
    }
    return best / places;
  });
}
