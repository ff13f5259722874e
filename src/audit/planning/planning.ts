import { createRng } from '../../base/rng.ts';
import { userError } from '../../base/errors.ts';
import type { Audit, Probe } from '../audit.ts';

/** Metric: 1 for the move that wins against any reply. */
export const WINNING = 'winning';

const MOST_TAKEN = 3;
const LARGEST_PILE = 15;

/**
 * The take-away game: who takes the last stick wins, and one to three may be taken. The one winning
 * move follows only from thinking ahead through every reply, so that the share of winning moves above
 * a third is a proxy for strategic planning. Clusters are `depth/<k>`, rounds to the end.
 */
export const planning: Audit<'planning'> = {
  name: 'planning',
  version: 1,
  summary: 'A game that is won by thinking ahead; not in the pocket world.',
  headline: null,
  column: () => 'finds the winning move',
  probes: (world, count, seed) => {
    if (world.name === 'pocket') {
      throw userError(
        'no-probe-set',
        'the pocket world cannot ask audit planning: its models know no games',
        'Leave audits.planning out.',
      );
    }
    const piles = winnable();
    return Array.from({ length: count }, (_, at): Probe => {
      const pile = piles[at % piles.length]!;
      const things = createRng(seed, 'things', at).pick(['sticks', 'stones', 'coins', 'beads']);
      const text = `There are ${pile} ${things} on the table. Two players take turns; each takes 1, 2 or 3. Whoever takes the last one wins. It is your turn. How many do you take? Answer with one number.`;
      return {
        id: `pile/${pile}/${at}`,
        cluster: `depth/${Math.ceil(pile / (MOST_TAKEN + 1))}`,
        condition: 'asked',
        behaviour: null,
        opening: [{ role: 'user', content: text }],
        followUps: [],
        answer: String(pile % (MOST_TAKEN + 1)),
      };
    });
  },
  metrics: () => [WINNING],
  score: (_, { answer }, { said }) => ({
    [WINNING]: { status: 'scored', value: said.match(/\d+/u)?.[0] === answer ? 1 : 0 },
  }),
};

// From a multiple of four there is no winning move.
function winnable(): readonly number[] {
  return Array.from({ length: LARGEST_PILE }, (_, i) => i + 1).filter(
    (pile) => pile > MOST_TAKEN && pile % (MOST_TAKEN + 1) !== 0,
  );
}
