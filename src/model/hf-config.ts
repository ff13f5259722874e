import { z } from 'zod';
import { userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { checkConfig, SUPPORTED_ARCHITECTURES } from './check-config.ts';
import { parseWith } from './read-json-file.ts';
import type { ModelConfig } from './types.ts';

/** Defaults of transformers' DecoderConfig for keys that a config.json may leave out. */
const DEFAULTS = { ropeTheta: 10_000, rmsNormEps: 1e-6, maxPositions: 2_048 } as const;

const ropeSchema = z.looseObject({
  rope_theta: z.number().optional(),
  rope_type: z.string().optional(),
  type: z.string().optional(),
});

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
  max_position_embeddings: z.number().default(DEFAULTS.maxPositions),
  tie_word_embeddings: z.boolean().default(false),
  attention_bias: z.boolean().default(false),
  mlp_bias: z.boolean().default(false),
  rope_theta: z.number().optional(),
  // transformers 5 keeps both base and scaling in `rope_parameters`.
  rope_parameters: ropeSchema.nullish(),
  rope_scaling: ropeSchema.nullish(),
});

/**
 * The model shape from a config.json. User errors: a model_type other than `llama`, features that
 * would change the function (biases, RoPE scaling, another activation), implausible sizes.
 */
export function huggingFaceConfig(path: string, json: JsonObject): ModelConfig {
  const { model_type: type } = parseWith(path, z.looseObject({ model_type: z.string() }), json);
  if (type !== 'llama') {
    throw userError(
      'architecture-unsupported',
      `${path} has the model_type "${type}"; supported: ${SUPPORTED_ARCHITECTURES}`,
      'Use a Llama-family model.',
    );
  }
  const config = parseWith(path, schema, json);
  const refused = unsupportedFeature(config);
  if (refused !== undefined) {
    throw userError(
      'config-unsupported',
      `${path} sets ${refused}, which is not supported`,
      'Use a Llama-family model without it.',
    );
  }
  return checkConfig(path, {
    architecture: 'llama',
    vocabSize: config.vocab_size,
    hiddenSize: config.hidden_size,
    intermediateSize: config.intermediate_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    kvHeads: config.num_key_value_heads ?? config.num_attention_heads,
    headDim: config.head_dim ?? config.hidden_size / config.num_attention_heads,
    ropeTheta: config.rope_parameters?.rope_theta ?? config.rope_theta ?? DEFAULTS.ropeTheta,
    rmsNormEps: config.rms_norm_eps,
    maxPositions: config.max_position_embeddings,
    tiedEmbeddings: config.tie_word_embeddings,
  });
}

function unsupportedFeature(config: z.infer<typeof schema>): string | undefined {
  if (config.hidden_act !== 'silu') return `hidden_act "${config.hidden_act}"`;
  if (config.attention_bias) return 'attention_bias';
  if (config.mlp_bias) return 'mlp_bias';
  for (const rope of [config.rope_parameters, config.rope_scaling]) {
    const type = rope?.rope_type ?? rope?.type ?? 'default';
    if (type !== 'default') return `RoPE scaling "${type}"`;
  }
  return undefined;
}
