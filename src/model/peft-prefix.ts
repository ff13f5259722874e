import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { JsonObject } from '../base/json.ts';
import type { DecoderConfig } from '../engine/types.ts';
import { PEFT_CONFIG, PEFT_WEIGHTS } from './peft-adapter.ts';
import { type FloatDtype, writeSafetensors } from './safetensors.ts';
import type { Weights } from './types.ts';
import { writeDirectory, type WriteOptions } from './write-directory.ts';

/**
 * Writes a prefix as PEFT's prefix tuning, which puts the same keys and values in front of every
 * text. `tensors` holds `prompt_embeddings` as `toPromptEmbeddings` lays it out. User error
 * `output-exists` unless `replace` is set.
 */
export function writePeftPrefix(
  directory: string,
  prefix: {
    readonly tensors: Weights;
    readonly config: DecoderConfig;
    /** Path or name of the base, for readers that look for it themselves. */
    readonly baseModel: string;
    readonly dtype: FloatDtype;
  },
  options: WriteOptions = {},
): void {
  const { tensors, config, baseModel, dtype } = prefix;
  const [length = 0] = [...tensors.values()][0]?.shape ?? [];
  const settings: JsonObject = {
    peft_type: 'PREFIX_TUNING',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: baseModel,
    revision: null,
    num_virtual_tokens: length,
    num_layers: config.layers,
    // PEFT shapes the cache with these, so they are those of keys and values, not of queries.
    num_attention_heads: config.kvHeads,
    token_dim: config.kvHeads * config.headDim,
    encoder_hidden_size: config.kvHeads * config.headDim,
    num_transformer_submodules: 1,
    prefix_projection: false,
    inference_mode: true,
  };
  const fill = (temporary: string): void => {
    writeFileAtomic(join(temporary, PEFT_CONFIG), `${JSON.stringify(settings, null, 2)}\n`);
    writeFileAtomic(join(temporary, PEFT_WEIGHTS), writeSafetensors(tensors, { dtype }));
  };
  writeDirectory(directory, fill, options);
}
