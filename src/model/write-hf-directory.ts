import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import type { JsonObject } from '../base/json.ts';
import { huggingFaceConfigJson } from './hf-config-json.ts';
import { LINEAGE_FILE } from './open-model.ts';
import { neededTensors, specialTokenIds, type WritableModel } from './writable-model.ts';
import { writeDirectory, type WriteOptions } from './write-directory.ts';
import { writeShardedWeights } from './write-sharded-weights.ts';

/**
 * Writes a Hugging Face directory that transformers, vLLM and llama.cpp's converter open, in shards
 * where it holds more than `shardBytes` of weights. It appears under its name complete or not at
 * all. User errors: `output-exists` unless `replace` is set, and those of huggingFaceConfigJson.
 */
export function writeHfDirectory(
  directory: string,
  model: WritableModel,
  options: WriteOptions & { readonly shardBytes?: number } = {},
): void {
  const { config, dtype } = model;
  const fill = (temporary: string): void => {
    const json = (name: string, value: JsonObject): void =>
      writeFileAtomic(join(temporary, name), `${JSON.stringify(value, null, 2)}\n`);
    const ids = idsJson(model);
    json('config.json', { ...huggingFaceConfigJson(config, dtype), ...ids });
    json('generation_config.json', { _from_model_config: true, ...ids });
    json('tokenizer.json', model.tokenizerJson);
    // The template is a file of its own; code beside a model is never asked for, nor passed on.
    const { chat_template: _, auto_map: __, ...tokenizerConfig } = model.tokenizerConfig;
    json('tokenizer_config.json', {
      tokenizer_class: 'PreTrainedTokenizerFast',
      clean_up_tokenization_spaces: false,
      model_max_length: config.maxPositions,
      ...tokenizerConfig,
    });
    writeFileAtomic(join(temporary, 'chat_template.jinja'), model.chatTemplate);
    if (model.lineage !== undefined) json(LINEAGE_FILE, { ...model.lineage });
    writeShardedWeights(temporary, neededTensors(model), { dtype, shardBytes: options.shardBytes });
  };
  writeDirectory(directory, fill, options);
}

/** Ids as config.json and generation_config.json have them. */
function idsJson(model: WritableModel): JsonObject {
  const { bos, eos, pad } = specialTokenIds(model);
  const { endIds = [] } = model;
  const ends = endIds.length > 1 ? [...endIds] : eos;
  const ids = { bos_token_id: bos, eos_token_id: ends, pad_token_id: pad };
  return Object.fromEntries(
    Object.entries(ids).flatMap(([key, id]) => (id === undefined ? [] : [[key, id]])),
  );
}
