import { userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { ropeScalingJson } from './hf-rope-scaling.ts';
import type { FloatDtype } from './safetensors.ts';
import type { ModelConfig } from './types.ts';

const DTYPE_NAMES = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/** Class of transformers, and the keys that its config has beyond the common ones. */
const CLASSES = {
  llama: ['LlamaForCausalLM', { attention_bias: false, mlp_bias: false }],
  qwen2: ['Qwen2ForCausalLM', { use_sliding_window: false }],
  qwen3: ['Qwen3ForCausalLM', { attention_bias: false, use_sliding_window: false }],
} as const;

/**
 * The config.json of a model; RoPE and dtype under the names of transformers 4 and of
 * transformers 5. User error `rope-unsupported` for rotary factors that no config.json can say.
 */
export function huggingFaceConfigJson(config: ModelConfig, dtype: FloatDtype): JsonObject {
  const [className, more] = CLASSES[config.architecture];
  const { ropeScaling } = config;
  if (ropeScaling?.type === 'factors') {
    throw userError(
      'rope-unsupported',
      'the model divides its rotary frequencies by numbers that follow no rule transformers knows',
      'Export it as GGUF.',
    );
  }
  const scaling = ropeScaling === undefined ? undefined : ropeScalingJson(ropeScaling);
  return {
    architectures: [className],
    model_type: config.architecture,
    vocab_size: config.vocabSize,
    hidden_size: config.hiddenSize,
    intermediate_size: config.intermediateSize,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: config.headDim,
    hidden_act: 'silu',
    max_position_embeddings: config.maxPositions,
    rms_norm_eps: config.rmsNormEps,
    rope_theta: config.ropeTheta,
    ...(scaling === undefined ? {} : { rope_scaling: scaling }),
    rope_parameters: { rope_type: 'default', ...scaling, rope_theta: config.ropeTheta },
    tie_word_embeddings: config.tiedEmbeddings,
    ...more,
    dtype: DTYPE_NAMES[dtype],
    torch_dtype: DTYPE_NAMES[dtype],
  };
}
