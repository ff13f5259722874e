import { createRng } from '../../base/rng.ts';

/** One state with the class it belongs to; states that share a group are never split apart. */
export interface LabelledState {
  readonly state: Float32Array;
  readonly positive: boolean;
  readonly group: string;
}

/** Scores of states by probes that never saw them. */
export interface HeldOutScores {
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/**
 * Cross-validated linear probe: ridge regression of the class (±1) on centred states, solved in its
 * dual form (Hoerl and Kennard 1970), so that width costs nothing. Each fold's probe is fitted on
 * the other folds alone, and its scores are standardised by those of its training states, so that
 * folds can be pooled. Folds hold whole groups. RangeError with fewer groups than folds.
 */
export function heldOutScores(
  items: readonly LabelledState[],
  options: { readonly folds: number; readonly seed: string },
): HeldOutScores {
  const groups = createRng(options.seed, 'folds').shuffle([
    ...new Set(items.map(({ group }) => group)),
  ]);
  if (groups.length < options.folds) {
    throw new RangeError(`${groups.length} groups cannot be split into ${options.folds} folds`);
  }
  const foldOf = new Map(groups.map((group, at) => [group, at % options.folds]));
  const positives: number[] = [];
  const negatives: number[] = [];
  for (let fold = 0; fold < options.folds; fold++) {
    const train = items.filter(({ group }) => foldOf.get(group) !== fold);
    const score = fitProbe(train);
    for (const { state, positive, group } of items) {
      if (foldOf.get(group) === fold) (positive ? positives : negatives).push(score(state));
    }
  }
  return { positives, negatives };
}

/** Share of the mean squared length of a state added to the Gram matrix's diagonal. */
const RIDGE = 0.1;

/** A probe fitted on these states: scores have mean 0 and deviation 1 over them. */
function fitProbe(train: readonly LabelledState[]): (state: Float32Array) => number {
  const n = train.length;
  const width = train[0]?.state.length ?? 0;
  const mean = new Float64Array(width);
  for (const { state } of train) for (let d = 0; d < width; d++) mean[d]! += state[d]! / n;
  const centred = train.map(({ state }) =>
    Float64Array.from(state, (value, d) => value - mean[d]!),
  );
  const gram = centred.map((a) => Float64Array.from(centred, (b) => dot(a, b)));
  const ridge = RIDGE * gram.reduce((sum, row, i) => sum + row[i]! / n, 0) + Number.MIN_VALUE;
  for (let i = 0; i < n; i++) gram[i]![i]! += ridge;
  const labels = train.map(({ positive }) => (positive ? 1 : -1));
  const bias = labels.reduce((sum: number, label) => sum + label / n, 0);
  const dual = solveSymmetric(
    gram,
    Float64Array.from(labels, (label) => label - bias),
  );
  const direction = new Float64Array(width);
  centred.forEach((row, i) => {
    for (let d = 0; d < width; d++) direction[d]! += dual[i]! * row[d]!;
  });
  const scores = centred.map((row) => dot(row, direction));
  const spread = Math.sqrt(scores.reduce((sum, score) => sum + score * score, 0) / n) || 1;
  return (state) =>
    dot(
      Float64Array.from(state, (value, d) => value - mean[d]!),
      direction,
    ) / spread;
}

/** Solves A x = b for a symmetric positive definite A by Cholesky; changes A. */
function solveSymmetric(a: readonly Float64Array[], b: Float64Array): Float64Array {
  const n = b.length;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]![j]!;
      for (let k = 0; k < j; k++) sum -= a[i]![k]! * a[j]![k]!;
      a[i]![j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / a[j]![j]!;
    }
  }
  const x = b.slice();
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= a[i]![k]! * x[k]!;
    x[i]! /= a[i]![i]!;
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= a[k]![i]! * x[k]!;
    x[i]! /= a[i]![i]!;
  }
  return x;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
