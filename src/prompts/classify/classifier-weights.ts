import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../base/json.ts';
import { packageRoot } from '../../base/package-root.ts';
import { REMOVAL_KINDS } from './classifier.ts';

/** Of `keep`, then of each kind of `REMOVAL_KINDS`. */
const row = z.array(z.number()).length(REMOVAL_KINDS.length + 1);
const softmax = z.object({
  bias: row,
  weights: z.record(z.string(), row).transform((rows) => new Map(Object.entries(rows))),
});

const schema = z.object({
  /** Raised when anything here or the encoder changes: compiled sets name it. */
  version: z.int(),
  /** A prompt is removed, or flagged, from these probabilities on. */
  removeFrom: z.number(),
  flagFrom: z.number(),
  words: softmax,
  /** Blocks of the encoder after which sentence vectors are taken. */
  layers: z.array(z.int()).min(1),
  /** Over sentence vectors, standardised by these, and the words' log-odds. */
  sentences: softmax.extend({
    mean: z.array(z.number()),
    deviation: z.array(z.number().positive()),
  }),
});

/** Weights of the shipped classifier, as `npm run fit:prompts` writes them. */
export type ClassifierWeights = z.infer<typeof schema>;

/** Where they are. */
export const weightsPath = (): string => join(packageRoot(), 'data', 'prompt-classifier.json');

let weights: ClassifierWeights | undefined;

/** The weights that ship with the package, read once a process. */
export function readWeights(): ClassifierWeights {
  return (weights ??= schema.parse(parseJson(readFileSync(weightsPath(), 'utf8'))));
}
