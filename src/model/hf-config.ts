import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import type { Architecture } from '../engine/types.ts';
import { checkArchitecture, checkConfig } from './check-config.ts';
import { huggingFaceRopeScaling, ropeSchema } from './hf-rope-scaling.ts';
import { parseWith } from './read-json-file.ts';
import type { ModelConfig } from './types.ts';

/** Defaults of transformers' config classes for keys that a config.json may leave out. */
const DEFAULTS = { ropeTheta: 10_000, rmsNormEps: 1e-6 } as const;
const DEFAULT_MAX_POSITIONS = { llama: 2_048, qwen2: 32_768, qwen3: 32_768 } as const;
const QWEN3_HEAD_DIM = 128;
/** What transformers assumes for Qwen when the key is absent; null means as many as heads. */
const QWEN_KV_HEADS = 32;

const schema = z.looseObject({
  vocab_size: z.number(),
  hidden_size: z.number(),
  intermediate_size: z.number(),
  num_hidden_layers: z.number(),
  num_attention_heads: z.number(),
  num_key_value_heads: z.number().nullish(),
  head_dim: z.number().nullish(),
  hidden_act: z.string().default('silu'),
  rms_norm_eps: z.number().default(DEFAULTS.rmsNormEps),
  max_position_embeddings: z.number().optional(),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  use_sliding_window: z.boolean().default(false),
  layer_types: z.array(z.string()).nullish(),
  partial_rotary_factor: z.number().nullish(),
  rope_theta: z.number().optional(),
  // transformers 5 keeps both base and scaling in `rope_parameters`.
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
});

/**
 * The model shape from a config.json. User errors: a model_type that is not supported, features
 * that would change the function (biases where the architecture has none, other RoPE scalings,
 * sliding windows, another activation), implausible sizes.
 */
export function huggingFaceConfig(path: string, json: JsonObject): ModelConfig {
  const { model_type: type } = parseWith(path, z.looseObject({ model_type: z.string() }), json);
  const architecture = checkArchitecture(path, 'model_type', type);
  const config = parseWith(path, schema, json);
  const refused = unsupportedFeature(config);
  if (refused !== undefined) throw unsupported(path, refused);
  const ropeScaling = huggingFaceRopeScaling(config.rope_parameters, config.rope_scaling);
  if (typeof ropeScaling === 'string') throw unsupported(path, ropeScaling);
  return checkConfig(path, {
    architecture,
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    kvHeads: kvHeadsOf(config, architecture),
    headDim: headDimOf(config, architecture),
    ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? DEFAULTS.ropeTheta,
    ...(ropeScaling === undefined ? {} : { ropeScaling }),
    rmsNormEps: config.rms_norm_eps,
    maxPositions: config.max_position_embeddings ?? DEFAULT_MAX_POSITIONS[architecture],
    tiedEmbeddings: config.tie_word_embeddings,
  });
}

type ParsedConfig = z.infer<typeof schema>;

function kvHeadsOf(config: ParsedConfig, architecture: Architecture): number {
  const { num_key_value_heads: named, num_attention_heads: heads } = config;
  const isAbsent = named === undefined;
  return isAbsent && architecture !== 'llama' ? QWEN_KV_HEADS : (named ?? heads);
}

function headDimOf(config: ParsedConfig, architecture: Architecture): number {
  const { head_dim: named, hidden_size: width, num_attention_heads: heads } = config;
  return named ?? (architecture === 'qwen3' ? QWEN3_HEAD_DIM : width / heads);
}

function unsupportedFeature(config: ParsedConfig): string | undefined {
  if (config.hidden_act !== 'silu') return `hidden_act "${config.hidden_act}"`;
  if (config.attention_bias) return 'attention_bias';
  if (config.mlp_bias) return 'mlp_bias';
  if (config.use_sliding_window) return 'use_sliding_window';
  const rotated =
    config.partial_rotary_factor ?? config.rope_parameters?.partial_rotary_factor ?? 1;
  if (rotated !== 1) return `partial_rotary_factor ${rotated}`;
  const layerType = config.layer_types?.find((type) => type !== 'full_attention');
  return layerType === undefined ? undefined : `the layer type "${layerType}"`;
}

function unsupported(path: string, feature: string): Error {
  return userError(
    'config-unsupported',
    `${path} sets ${feature}, which is not supported`,
    'Use a model without it.',
  );
}
