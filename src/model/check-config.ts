import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { Architecture } from '../engine/types.ts';
import type { ModelConfig } from './types.ts';

const ARCHITECTURES = ['llama', 'qwen2', 'qwen3'] as const satisfies readonly Architecture[];

/** For error messages. */
const SUPPORTED = 'llama (Llama 1–3, SmolLM2), qwen2 (Qwen2, Qwen2.5), qwen3 (dense Qwen3)';

/** Twice the widest open model: keeps products of two dimensions inside safe integers. */
const MAX_WIDTH = 1_000_000;
/** Several times the deepest and widest open models. */
const MAX_LAYERS = 1_000;
const MAX_HEADS = 1_024;
/** Several times the longest context sold. */
const MAX_POSITIONS = 2 ** 27;

/** Far beyond every published model; keeps frequencies above zero. */
const MAX_ROPE_FACTOR = 1e6;

const upTo = (limit: number) => z.number().int().positive().max(limit);

const ropeFactor = z.number().min(1).max(MAX_ROPE_FACTOR);
const ropeScaling = z.discriminatedUnion('type', [
  z.object({ type: z.literal('linear'), factor: ropeFactor }),
  z
    .object({
      type: z.literal('llama3'),
      factor: ropeFactor,
      lowFreqFactor: z.number().positive(),
      highFreqFactor: z.number().positive(),
      originalMaxPositions: upTo(MAX_POSITIONS),
    })
    .refine(({ lowFreqFactor: low, highFreqFactor: high }) => low < high, {
      message: 'must be greater than lowFreqFactor',
      path: ['highFreqFactor'],
    }),
  z.object({ type: z.literal('factors'), factors: z.array(ropeFactor) }),
]);

const schema = z
  .object({
    architecture: z.enum(ARCHITECTURES),
    vocabSize: upTo(MAX_WIDTH * 2),
    hiddenSize: upTo(MAX_WIDTH),
    intermediateSize: upTo(MAX_WIDTH),
    layers: upTo(MAX_LAYERS),
    heads: upTo(MAX_HEADS),
    kvHeads: upTo(MAX_HEADS),
    headDim: upTo(MAX_WIDTH).refine((size) => size % 2 === 0, 'must be even'),
    ropeTheta: z.number().positive(),
    ropeScaling: ropeScaling.optional(),
    rmsNormEps: z.number().positive(),
    maxPositions: upTo(MAX_POSITIONS),
    tiedEmbeddings: z.boolean(),
  })
  .refine(({ heads, kvHeads }) => heads % kvHeads === 0, {
    message: 'must be divisible by kvHeads',
    path: ['heads'],
  })
  .refine(
    ({ ropeScaling: scaling, headDim }) =>
      scaling?.type !== 'factors' || scaling.factors.length === headDim / 2,
    { message: 'must have one factor for every two dimensions of a head', path: ['ropeScaling'] },
  );

/**
 * The architecture of that name, as config.json calls it in `model_type` and GGUF in
 * `general.architecture`; for any other a user error that names it and lists the supported ones.
 */
export function checkArchitecture(path: string, key: string, name: string): Architecture {
  const found = ARCHITECTURES.find((architecture) => architecture === name);
  if (found !== undefined) return found;
  throw userError(
    'architecture-unsupported',
    `${path} has the ${key} "${name}"; supported: ${SUPPORTED}`,
    'Use a model of a supported architecture.',
  );
}

/** Returns the config when every dimension is plausible; a user error that names it otherwise. */
export function checkConfig(path: string, config: ModelConfig): ModelConfig {
  const parsed = schema.safeParse(config);
  if (parsed.success) return config;
  throw userError(
    'config-invalid',
    `${path} describes a model that cannot exist: ${z.prettifyError(parsed.error)}`,
    'Check config.json (or the GGUF metadata) against the original model.',
  );
}
