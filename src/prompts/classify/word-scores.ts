import { REMOVAL_KINDS, type RemovalKind } from './classifier.ts';
import { type Features, windowFeatures } from './features.ts';

/** Reasons named for one decision. */
const NAMED = 4;

/** Weights by feature, one for each class, and a bias for each class. */
export interface SoftmaxWeights {
  readonly bias: readonly number[];
  readonly weights: ReadonlyMap<string, readonly number[]>;
}

/** The most suspicious window of a text. */
export interface ScoredText {
  /** Of `keep`, then of each kind. */
  readonly probabilities: readonly number[];
  readonly kind: RemovalKind;
  /** What spoke for that kind. */
  readonly because: readonly string[];
}

/** Scores every window of a text by its words and says what the most suspicious one is. */
export function scoreWords(text: string, words: SoftmaxWeights): ScoredText {
  const { features, probabilities } = windowFeatures(text)
    .map((its) => ({ features: its, probabilities: scoreKinds(its, words) }))
    .reduce((a, b) => (b.probabilities[0]! < a.probabilities[0]! ? b : a));
  const kind = likeliestKind(probabilities);
  return { probabilities, kind, because: strongest(features, kind, words) };
}

/** The likeliest kind by probabilities of `keep` and of each kind. */
export function likeliestKind(probabilities: readonly number[]): RemovalKind {
  const kinds = REMOVAL_KINDS.map((kind, i) => ({ kind, p: probabilities[i + 1] ?? 0 }));
  return kinds.reduce((a, b) => (b.p > a.p ? b : a)).kind;
}

/** Probability of `keep` and of each kind, in the order of the weights. */
export function scoreKinds(
  features: Features,
  { bias, weights: byFeature }: SoftmaxWeights,
): readonly number[] {
  const scores = [...bias];
  for (const [name, value] of features) {
    const weights = byFeature.get(name);
    if (weights === undefined) continue;
    for (let c = 0; c < scores.length; c++) scores[c]! += value * weights[c]!;
  }
  const top = Math.max(...scores);
  const powers = scores.map((score) => Math.exp(score - top));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}

/** Features that spoke most for a kind and against keeping. */
function strongest(
  features: Features,
  kind: RemovalKind,
  { weights: byFeature }: SoftmaxWeights,
): readonly string[] {
  const at = REMOVAL_KINDS.indexOf(kind) + 1;
  return [...features]
    .flatMap(([name, value]) => {
      const weights = byFeature.get(name);
      if (weights === undefined) return [];
      return [{ name, support: value * (weights[at]! - weights[0]!) }];
    })
    .filter(({ support }) => support > 0)
    .toSorted((a, b) => b.support - a.support)
    .slice(0, NAMED)
    .map(({ name }) => name);
}
