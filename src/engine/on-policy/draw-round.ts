import { createRng } from '../../base/rng.ts';

/** One row of a round: which example, and whether the student writes its completion anew. */
export interface RoundRow {
  readonly example: number;
  readonly isSampled: boolean;
}

/**
 * Rows of a round (0-based). Rounds walk through the examples epoch by epoch, each epoch in an order
 * of its own; a row is sampled with probability `lmbda`, else taken as it stands (Agarwal et al.
 * 2023, algorithm 1, drawn per row). The seed and the round alone decide.
 */
export function drawRound(
  round: number,
  options: {
    readonly count: number;
    readonly rowsPerRound: number;
    readonly lmbda: number;
    readonly seed: string;
  },
): RoundRow[] {
  const { count, rowsPerRound, lmbda, seed } = options;
  const coins = createRng(seed, 'source', round);
  const orders = new Map<number, readonly number[]>();
  const orderOf = (epoch: number): readonly number[] => {
    const known = orders.get(epoch);
    if (known !== undefined) return known;
    const indices = Array.from({ length: count }, (_, i) => i);
    const order = createRng(seed, 'prompts', epoch).shuffle(indices);
    orders.set(epoch, order);
    return order;
  };
  return Array.from({ length: rowsPerRound }, (_, i) => {
    const at = round * rowsPerRound + i;
    const example = orderOf(Math.floor(at / count))[at % count]!;
    return { example, isSampled: coins.next() < lmbda };
  });
}
