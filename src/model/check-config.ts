import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { ModelConfig } from './types.ts';

/** For error messages. */
export const SUPPORTED_ARCHITECTURES = 'llama';

/** Twice the widest open model: keeps products of two dimensions inside safe integers. */
const MAX_WIDTH = 1_000_000;
/** Several times the deepest and widest open models. */
const MAX_LAYERS = 1_000;
const MAX_HEADS = 1_024;
/** Several times the longest context sold. */
const MAX_POSITIONS = 2 ** 27;

const upTo = (limit: number) => z.number().int().positive().max(limit);

const schema = z
  .object({
    architecture: z.literal('llama'),
    vocabSize: upTo(MAX_WIDTH * 2),
    hiddenSize: upTo(MAX_WIDTH),
    intermediateSize: upTo(MAX_WIDTH),
    layers: upTo(MAX_LAYERS),
    heads: upTo(MAX_HEADS),
    kvHeads: upTo(MAX_HEADS),
    headDim: upTo(MAX_WIDTH).refine((size) => size % 2 === 0, 'must be even'),
    ropeTheta: z.number().positive(),
    rmsNormEps: z.number().positive(),
    maxPositions: upTo(MAX_POSITIONS),
    tiedEmbeddings: z.boolean(),
  })
  .refine(({ heads, kvHeads }) => heads % kvHeads === 0, {
    message: 'must be divisible by kvHeads',
    path: ['heads'],
  });

/** Returns the config when every dimension is plausible; a user error that names it otherwise. */
export function checkConfig(path: string, config: ModelConfig): ModelConfig {
  const parsed = schema.safeParse(config);
  if (parsed.success) return parsed.data;
  throw userError(
    'config-invalid',
    `${path} describes a model that cannot exist: ${z.prettifyError(parsed.error)}`,
    'Check config.json (or the GGUF metadata) against the original model.',
  );
}
