/** What was given where something else, or the same, is true. */
interface Counted {
  readonly truth: string;
  readonly given: string;
  readonly count: number;
}

/** Counts as a table: true classes down, given ones across, unscored last. */
export interface ConfusionTable {
  readonly truths: readonly string[];
  readonly givens: readonly string[];
  /** `cells[truth][given]`. */
  readonly cells: readonly (readonly number[])[];
  /** Per true class. */
  readonly totals: readonly number[];
}

export function confusionTable(counted: readonly Counted[]): ConfusionTable {
  const truths = [...new Set(counted.map(({ truth }) => truth))];
  const other = [...new Set(counted.map(({ given }) => given))].filter(
    (given) => !truths.includes(given) && given !== 'unscored',
  );
  const isMissing = counted.some(({ given }) => given === 'unscored');
  const unscored = isMissing && !truths.includes('unscored') ? ['unscored'] : [];
  const givens = [...truths, ...other, ...unscored];
  const cells = truths.map((truth) =>
    givens.map((given) =>
      counted
        .filter((one) => one.truth === truth && one.given === given)
        .reduce((sum, { count }) => sum + count, 0),
    ),
  );
  return { truths, givens, cells, totals: cells.map((row) => row.reduce((a, b) => a + b, 0)) };
}
