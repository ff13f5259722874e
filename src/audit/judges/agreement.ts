/** A label that is known and the one that was given; both may be anything. */
export interface Labelled {
  readonly truth: string;
  readonly given: string;
}

/** How far given labels agree with known ones. */
export interface Agreement {
  readonly n: number;
  readonly correct: number;
  /** Cohen's κ; null where chance alone would agree always. */
  readonly kappa: number | null;
}

/** Counts of agreement, and κ beside them. */
export function agreementOf(labels: readonly Labelled[]): Agreement {
  return {
    n: labels.length,
    correct: labels.filter(({ truth, given }) => truth === given).length,
    kappa: cohenKappa(labels),
  };
}

/**
 * Cohen's κ (Cohen 1960): (observed − expected agreement) / (1 − expected), expected from the two
 * sets of marginals. Null without labels, or where both sides use one and the same label alone.
 */
export function cohenKappa(labels: readonly Labelled[]): number | null {
  const n = labels.length;
  if (n === 0) return null;
  const share = (side: keyof Labelled, name: string): number =>
    labels.filter((label) => label[side] === name).length / n;
  const names = new Set(labels.flatMap(({ truth, given }) => [truth, given]));
  let expected = 0;
  for (const name of names) expected += share('truth', name) * share('given', name);
  if (names.size < 2) return null;
  const observed = labels.filter(({ truth, given }) => truth === given).length / n;
  return (observed - expected) / (1 - expected);
}
