import { atThisLook } from '../adjustment.ts';
import { deltaTable, unitWeights } from '../delta-table.ts';
import { atMost } from '../exactness.ts';
import { holmAdjust } from '../holm.ts';
import { rankOf } from '../leave-one-out.ts';
import type { VerdictInput } from '../types.ts';

/** Raw rank p of the registered run of each primary family. */
export function primaryRankPs(input: VerdictInput): number[] {
  return input.families
    .filter(({ primary }) => primary)
    .map(({ suspectRuns, twinRuns }) => {
      const table = deltaTable(suspectRuns, twinRuns);
      return rankOf(table, table.suspects[0]!, unitWeights(table).clusters);
    });
}

/**
 * Whether the decision could be INCRIMINATED: some primary family's adjusted p is within α, which
 * the rule requires. Costs a thousandth of the decision, so that simulations can leave out the
 * intervals of studies whose outcome in this respect is already known.
 */
export function mayIncriminate(input: VerdictInput, rankPs = primaryRankPs(input)): boolean {
  const adjusted = holmAdjust(rankPs.map((p) => atThisLook(input, p)));
  return adjusted.some((p) => atMost(p, input.alpha));
}
