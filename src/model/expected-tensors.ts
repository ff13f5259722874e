import type { ModelConfig } from './types.ts';

/** Name of the token embedding, [vocabSize, hiddenSize]. */
export const EMBEDDING = 'model.embed_tokens.weight';
/** Name of the output head, [vocabSize, hiddenSize]; absent when embeddings are tied. */
export const LM_HEAD = 'lm_head.weight';

/** Every tensor of a Llama-family model with its shape ([out, in] for linear layers). */
export function expectedTensors(config: ModelConfig): Map<string, readonly number[]> {
  const { hiddenSize, intermediateSize, vocabSize } = config;
  const queryWidth = config.heads * config.headDim;
  const keyWidth = config.kvHeads * config.headDim;
  const tensors = new Map<string, readonly number[]>([[EMBEDDING, [vocabSize, hiddenSize]]]);
  for (let layer = 0; layer < config.layers; layer++) {
    const add = (name: string, ...shape: number[]): void => {
      tensors.set(`model.layers.${layer}.${name}.weight`, shape);
    };
    add('input_layernorm', hiddenSize);
    add('self_attn.q_proj', queryWidth, hiddenSize);
    add('self_attn.k_proj', keyWidth, hiddenSize);
    add('self_attn.v_proj', keyWidth, hiddenSize);
    add('self_attn.o_proj', hiddenSize, queryWidth);
    add('post_attention_layernorm', hiddenSize);
    add('mlp.gate_proj', intermediateSize, hiddenSize);
    add('mlp.up_proj', intermediateSize, hiddenSize);
    add('mlp.down_proj', hiddenSize, intermediateSize);
  }
  tensors.set('model.norm.weight', [hiddenSize]);
  if (!config.tiedEmbeddings) tensors.set(LM_HEAD, [vocabSize, hiddenSize]);
  return tensors;
}
