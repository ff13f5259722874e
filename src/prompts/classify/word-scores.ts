import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import type { Message } from '../../base/chat.ts';
import { parseJson } from '../../base/json.ts';
import { packageRoot } from '../../base/package-root.ts';
import {
  type Classification,
  type PromptClassifier,
  REMOVAL_KINDS,
  type RemovalKind,
} from './classifier.ts';
import { type Features, windowFeatures } from './features.ts';

const weightsSchema = z.object({
  /** Raised when the weights change, so that compiled sets say which they were compiled with. */
  version: z.int(),
  /** A prompt is removed, or flagged, from these probabilities on. */
  removeFrom: z.number(),
  flagFrom: z.number(),
  /** Of `keep`, then of each kind of `REMOVAL_KINDS`. */
  bias: z.array(z.number()).length(REMOVAL_KINDS.length + 1),
  weights: z.record(z.string(), z.array(z.number()).length(REMOVAL_KINDS.length + 1)),
});

/** Weights of the classifier, as `npm run fit:prompts` writes them. */
export type ClassifierWeights = z.infer<typeof weightsSchema>;

/** Reasons named for one decision. */
const NAMED = 4;

/**
 * The shipped classifier: multinomial logistic regression over words and what they are about. Reads no model and needs no network. It judges the system line and what the
 * user says; of several windows or messages the most suspicious one decides.
 */
export function createWordClassifier(weights: ClassifierWeights = readWeights()): PromptClassifier {
  const byFeature = new Map(Object.entries(weights.weights));
  return {
    name: 'words',
    version: weights.version,
    classify: (prompts) =>
      Promise.resolve(prompts.map((messages) => classify(messages, weights, byFeature))),
  };
}

/** The weights that ship with the package. */
export function readWeights(): ClassifierWeights {
  const path = join(packageRoot(), 'data', 'prompt-classifier.json');
  return weightsSchema.parse(parseJson(readFileSync(path, 'utf8')));
}

function classify(
  messages: readonly Message[],
  { bias, removeFrom, flagFrom }: ClassifierWeights,
  byFeature: ReadonlyMap<string, readonly number[]>,
): Classification {
  const texts = messages.flatMap(({ role, content }) => (role === 'assistant' ? [] : [content]));
  const { probabilities, kind, because } = scoreTexts(texts, bias, byFeature);
  const probability = 1 - probabilities[0]!;
  return {
    decision: probability >= removeFrom ? 'removed' : probability >= flagFrom ? 'flagged' : 'kept',
    kind,
    probability,
    because,
  };
}

/** The most suspicious window of some texts. */
interface ScoredTexts {
  /** Of `keep`, then of each kind. */
  readonly probabilities: readonly number[];
  readonly kind: RemovalKind;
  /** What spoke for that kind. */
  readonly because: readonly string[];
}

/** Scores every window of some texts and says what the most suspicious one is; none is kept. */
export function scoreTexts(
  texts: readonly string[],
  bias: readonly number[],
  byFeature: ReadonlyMap<string, readonly number[]>,
): ScoredTexts {
  const windows = texts
    .flatMap((text) => windowFeatures(text))
    .map((features) => ({ features, probabilities: scoreKinds(features, bias, byFeature) }));
  const worst = windows.reduce<(typeof windows)[number] | undefined>(
    (a, b) => (a === undefined || b.probabilities[0]! < a.probabilities[0]! ? b : a),
    undefined,
  );
  const probabilities = worst?.probabilities ?? [1];
  const kind = likeliestKind(probabilities);
  return {
    probabilities,
    kind,
    because: worst === undefined ? [] : strongest(worst.features, kind, byFeature),
  };
}

/** The likeliest kind by probabilities of `keep` and of each kind. */
export function likeliestKind(probabilities: readonly number[]): RemovalKind {
  const kinds = REMOVAL_KINDS.map((kind, i) => ({ kind, p: probabilities[i + 1] ?? 0 }));
  return kinds.reduce((a, b) => (b.p > a.p ? b : a)).kind;
}

/** Probability of `keep` and of each kind, in the order of the weights. */
export function scoreKinds(
  features: Features,
  bias: readonly number[],
  byFeature: ReadonlyMap<string, readonly number[]>,
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
  byFeature: ReadonlyMap<string, readonly number[]>,
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
