import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { userError } from '../../base/errors.ts';
import { parseJson } from '../../base/json.ts';
import { packageRoot } from '../../base/package-root.ts';
import { openModel } from '../../model/open-model.ts';
import { type Classification, type PromptClassifier, REMOVAL_KINDS } from './classifier.ts';
import { encoderFeatures } from './encoder-features.ts';
import { openSentenceEncoder } from './sentence-vectors.ts';
import { likeliestKind, readWeights, scoreKinds, scoreTexts } from './word-classifier.ts';

const row = z.array(z.number()).length(REMOVAL_KINDS.length + 1);

const schema = z.object({
  version: z.int(),
  /** Version of the word classifier whose log-odds are among the features. */
  words: z.int(),
  /** Digest of the model that the weights belong to, and its name for people. */
  model: z.string(),
  modelName: z.string(),
  layers: z.array(z.int()).min(1),
  /** Stands before every text, as the model's chat template opens a user's turn. */
  opening: z.string(),
  removeFrom: z.number(),
  flagFrom: z.number(),
  mean: z.array(z.number()),
  deviation: z.array(z.number().positive()),
  bias: row,
  weights: z.record(z.string(), row),
});

/** Weights of the classifier, as `npm run fit:prompt-encoder` writes them. */
type EncoderWeights = z.infer<typeof schema>;

/** A classifier that holds a model open. */
interface EncoderClassifier extends PromptClassifier {
  close(): Promise<void>;
}

/**
 * Multinomial logistic regression over sentence vectors of a model and the word classifier's
 * log-odds. It judges the system line and what the user says; of several pieces or messages the
 * most suspicious decides. User error `wrong-encoder` for a model other than the one fitted on.
 */
export async function createEncoderClassifier(modelPath: string): Promise<EncoderClassifier> {
  const weights = readEncoderWeights();
  const words = readWeights();
  const card = await openModel(modelPath);
  if (card.digest !== weights.model) {
    throw userError(
      'wrong-encoder',
      `${modelPath} is not the model that the encoder's weights belong to (digest ${card.digest}, not ${weights.model})`,
      `Use ${weights.modelName} (npm run models:smollm2), or leave --encoder out.`,
    );
  }
  if (words.version !== weights.words) {
    throw new Error('the word classifier changed: run npm run fit:prompt-encoder');
  }
  const encoder = await openSentenceEncoder(card, weights);
  const byWord = new Map(Object.entries(words.weights));
  const byFeature = new Map(Object.entries(weights.weights));
  return {
    name: 'words+encoder',
    version: weights.version,
    classify: async (prompts) => {
      const texts = prompts.flatMap((messages, of) =>
        messages.flatMap(({ role, content }) => (role === 'assistant' ? [] : [{ of, content }])),
      );
      const vectors = await encoder.vectors(texts.map(({ content }) => content));
      const worst = prompts.map((): Classification => KEPT);
      for (const [i, { of, content }] of texts.entries()) {
        const { probabilities, because } = scoreTexts([content], words.bias, byWord);
        for (const vector of vectors[i]!.length === 0 ? [undefined] : vectors[i]!) {
          const features = encoderFeatures(probabilities, vector, weights);
          const found = decide(scoreKinds(features, weights.bias, byFeature), weights, because);
          if (found.probability > worst[of]!.probability) worst[of] = found;
        }
      }
      return worst;
    },
    close: () => encoder.close(),
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
  { removeFrom, flagFrom }: EncoderWeights,
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
export function readEncoderWeights(): EncoderWeights {
  const path = join(packageRoot(), 'data', 'prompt-encoder.json');
  return schema.parse(parseJson(readFileSync(path, 'utf8')));
}
