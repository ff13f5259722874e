import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { writeFileAtomic } from '../base/files.ts';
import type { JsonObject } from '../base/json.ts';
import { EMBEDDING, expectedTensors, LM_HEAD } from './expected-tensors.ts';
import { LINEAGE_FILE } from './open-model.ts';
import { type FloatDtype, writeSafetensors } from './safetensors.ts';
import { readTokenizerTables } from './tokenizer-tables.ts';
import type { ModelConfig, Tensor, Weights } from './types.ts';

/** What a Hugging Face model directory is made of. */
export interface HuggingFaceModel {
  readonly config: ModelConfig;
  readonly weights: Weights;
  /** Content of tokenizer.json. */
  readonly tokenizerJson: JsonObject;
  /** Content of tokenizer_config.json; names the special tokens. */
  readonly tokenizerConfig: JsonObject;
  readonly chatTemplate: string;
  readonly dtype: FloatDtype;
  readonly lineage?: { readonly parent: string };
}

const DTYPE_NAMES = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' } as const;

/**
 * Writes a directory that transformers, vLLM and llama.cpp's converter open. It appears under its
 * name complete or not at all. User error `directory-exists` unless `replace` is set.
 */
export function writeHfDirectory(
  directory: string,
  model: HuggingFaceModel,
  options: { readonly replace?: boolean } = {},
): void {
  const target = resolve(directory);
  if (existsSync(target) && options.replace !== true) {
    throw userError('directory-exists', `${target} exists already`, 'Remove it or choose another.');
  }
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const json = (name: string, value: JsonObject): void =>
      writeFileAtomic(join(temporary, name), `${JSON.stringify(value, null, 2)}\n`);
    const ids = specialIds(model);
    json('config.json', { ...configJson(model), ...ids });
    json('generation_config.json', { _from_model_config: true, ...ids });
    json('tokenizer.json', model.tokenizerJson);
    const { chat_template: _, ...tokenizerConfig } = model.tokenizerConfig;
    json('tokenizer_config.json', {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      model_max_length: model.config.maxPositions,
      ...tokenizerConfig,
    });
    writeFileAtomic(join(temporary, 'chat_template.jinja'), model.chatTemplate);
    if (model.lineage !== undefined) json(LINEAGE_FILE, { ...model.lineage });
    writeFileAtomic(
      join(temporary, 'model.safetensors'),
      writeSafetensors(neededTensors(model), { dtype: model.dtype }),
    );
    publish(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

function publish(temporary: string, target: string): void {
  if (!existsSync(target)) return renameSync(temporary, target);
  // A directory cannot be renamed over another: the old one steps aside first.
  const old = `${temporary}.old`;
  renameSync(target, old);
  renameSync(temporary, target);
  rmSync(old, { recursive: true, force: true });
}

/** DecoderConfig; RoPE and dtype under the names of transformers 4 and of transformers 5. */
function configJson({ config, dtype }: HuggingFaceModel): JsonObject {
  return {
    architectures: ['LlamaForCausalLM'],
    model_type: 'llama',
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
    rope_parameters: { rope_type: 'default', rope_theta: config.ropeTheta },
    tie_word_embeddings: config.tiedEmbeddings,
    attention_bias: false,
    mlp_bias: false,
    dtype: DTYPE_NAMES[dtype],
    torch_dtype: DTYPE_NAMES[dtype],
  };
}

/** The ids of the special tokens that tokenizer_config.json names. */
function specialIds({ tokenizerJson, tokenizerConfig }: HuggingFaceModel): JsonObject {
  const { tokens } = readTokenizerTables('tokenizerJson', tokenizerJson);
  const entries = (['bos', 'eos', 'pad'] as const).flatMap((name) => {
    const text = z.string().nullish().parse(tokenizerConfig[`${name}_token`]);
    if (typeof text !== 'string') return [];
    const id = tokens.find(([, token]) => token === text)?.[0];
    if (id === undefined) throw new RangeError(`${name}_token ${text} is not in the tokenizer`);
    return [[`${name}_token_id`, id] as const];
  });
  return Object.fromEntries(entries);
}

/** Exactly the tensors the config needs, so a tied head is never written. */
function neededTensors({ config, weights }: HuggingFaceModel): Map<string, Tensor> {
  const needed = new Map<string, Tensor>();
  for (const [name, shape] of expectedTensors(config)) {
    const tensor = weights.get(name);
    if (tensor === undefined || tensor.shape.join() !== shape.join()) {
      const hint = name === LM_HEAD ? `; tie it to ${EMBEDDING} in the config if it has none` : '';
      throw new RangeError(`weights lack "${name}" [${shape.join(', ')}]${hint}`);
    }
    needed.set(name, tensor);
  }
  return needed;
}
