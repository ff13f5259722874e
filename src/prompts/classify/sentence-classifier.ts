import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { createLru } from '../../base/lru.ts';
import { parseJson } from '../../base/json.ts';
import { packageRoot } from '../../base/package-root.ts';
import { type Classification, type PromptClassifier, REMOVAL_KINDS } from './classifier.ts';
import { sentenceFeatures } from './sentence-features.ts';
import { openSentenceEncoder } from './sentence-vectors.ts';
import { likeliestKind, readWeights, scoreKinds, scoreTexts } from './word-scores.ts';

const row = z.array(z.number()).length(REMOVAL_KINDS.length + 1);

const schema = z.object({
  /** Raised when these weights, the words' or the encoder change: compiled sets name it. */
  version: z.int(),
  /** Version of the words' weights whose log-odds are among the features. */
  words: z.int(),
  layers: z.array(z.int()).min(1),
  removeFrom: z.number(),
  flagFrom: z.number(),
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
  bias: row,
  weights: z.record(z.string(), row),
});

/** Weights of the classifier, as `npm run fit:prompts` writes them. */
type SentenceWeights = z.infer<typeof schema>;

/** Texts whose classification is remembered: a study classifies its prompts each time it is read. */
const REMEMBERED = 20_000;

/**
 * The shipped classifier: multinomial logistic regression over sentence vectors and the log-odds
 * that words give. It judges the system line and what the user says; of several pieces or messages
 * the most suspicious decides. Its weights are read when it first classifies.
 */
export function createSentenceClassifier(): PromptClassifier {
  return { name: 'words+sentences', version: readSentenceWeights().version, classify };
}

const remembered = createLru<string, Classification>(REMEMBERED);

async function classify(
  prompts: Parameters<PromptClassifier['classify']>[0],
): Promise<readonly Classification[]> {
  const texts = prompts.map((messages) =>
    messages.flatMap(({ role, content }) => (role === 'assistant' ? [] : [content])),
  );
  const found = await classifyTexts([...new Set(texts.flat())]);
  return texts.map((its) =>
    its
      .map((text) => found.get(text)!)
      .reduce((worst, next) => (next.probability > worst.probability ? next : worst), KEPT),
  );
}

async function classifyTexts(
  texts: readonly string[],
): Promise<ReadonlyMap<string, Classification>> {
  const found = new Map<string, Classification>();
  for (const text of texts) {
    const known = remembered.get(text);
    if (known !== undefined) found.set(text, known);
  }
  const fresh = texts.filter((text) => !found.has(text));
  if (fresh.length === 0) return found;
  const { encoder, classifyOne } = (opened ??= open());
  const vectors = await encoder.vectors(fresh);
  for (const [i, text] of fresh.entries()) {
    const classification = classifyOne(text, vectors[i]!);
    remembered.set(text, classification);
    found.set(text, classification);
  }
  return found;
}

/** Opened once a process, since it takes half a second. */
let opened: ReturnType<typeof open> | undefined;

function open() {
  const weights = readSentenceWeights();
  const words = readWeights();
  if (words.version !== weights.words) {
    throw new Error('the words’ weights changed: run npm run fit:prompts');
  }
  const byWord = new Map(Object.entries(words.weights));
  const byFeature = new Map(Object.entries(weights.weights));
  return {
    encoder: openSentenceEncoder(weights.layers),
    classifyOne: (text: string, vectors: readonly Float32Array[]): Classification => {
      const { probabilities, because } = scoreTexts([text], words.bias, byWord);
      return (vectors.length === 0 ? [undefined] : vectors)
        .map((vector) => {
          const features = sentenceFeatures(probabilities, vector, weights);
          return decide(scoreKinds(features, weights.bias, byFeature), weights, because);
        })
        .reduce((worst, next) => (next.probability > worst.probability ? next : worst));
    },
  };
}

const KEPT: Classification = {
  decision: 'kept',
  kind: REMOVAL_KINDS[0],
  probability: 0,
  because: [],
};

function decide(
  probabilities: readonly number[],
  { removeFrom, flagFrom }: SentenceWeights,
  because: readonly string[],
): Classification {
  const probability = 1 - probabilities[0]!;
  return {
    decision: probability >= removeFrom ? 'removed' : probability >= flagFrom ? 'flagged' : 'kept',
    kind: likeliestKind(probabilities),
    probability,
    because: ['its sentence vector', ...because],
  };
}

/** The weights that ship with the package. */
export function readSentenceWeights(): SentenceWeights {
  const path = join(packageRoot(), 'data', 'prompt-sentences.json');
  return schema.parse(parseJson(readFileSync(path, 'utf8')));
}
