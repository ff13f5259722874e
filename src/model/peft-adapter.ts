import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { writeFileAtomic } from '../base/files.ts';
import type { JsonObject } from '../base/json.ts';
import { invalidAdapter, type LoraAdapter, rankOf } from './lora-adapter.ts';
import { LORA_A, PEFT_PREFIX } from './peft-names.ts';
import { parseWith, readJsonFile } from './read-json-file.ts';
import { readSafetensors, writeSafetensors, type FloatDtype } from './safetensors.ts';
import type { Weights } from './types.ts';
import { writeDirectory, type WriteOptions } from './write-directory.ts';

/** The file that makes a directory a PEFT adapter. */
export const PEFT_CONFIG = 'adapter_config.json';
/** Its tensors. */
export const PEFT_WEIGHTS = 'adapter_model.safetensors';

/**
 * Writes an adapter that PEFT, vLLM and SGLang load beside its base. `baseModel` is the path or the
 * name of the base, for readers that look for it themselves. User error `output-exists` unless
 * `replace` is set.
 */
export function writePeftAdapter(
  directory: string,
  adapter: LoraAdapter & { readonly baseModel: string; readonly dtype: FloatDtype },
  options: WriteOptions = {},
): void {
  const { rank, alpha, useRslora, tensors, dtype } = adapter;
  const config: JsonObject = {
    peft_type: 'LORA',
    task_type: 'CAUSAL_LM',
    base_model_name_or_path: adapter.baseModel,
    revision: null,
    r: rank,
    lora_alpha: alpha,
    lora_dropout: 0,
    target_modules: targetModules(tensors),
    bias: 'none',
    fan_in_fan_out: false,
    inference_mode: true,
    modules_to_save: null,
    use_rslora: useRslora,
    use_dora: false,
  };
  const fill = (temporary: string): void => {
    writeFileAtomic(join(temporary, PEFT_CONFIG), `${JSON.stringify(config, null, 2)}\n`);
    writeFileAtomic(join(temporary, PEFT_WEIGHTS), writeSafetensors(tensors, { dtype }));
  };
  writeDirectory(directory, fill, options);
}

const configSchema = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.number().int().positive(),
  lora_alpha: z.number(),
  use_rslora: z.boolean().default(false),
  // All of these change the update or its scale; what adds tensors of its own is seen by them.
  use_dora: z.literal(false).default(false),
  fan_in_fan_out: z.literal(false).default(false),
  rank_pattern: z.strictObject({}).nullish(),
  alpha_pattern: z.strictObject({}).nullish(),
  alora_invocation_tokens: z.null().optional(),
});

/**
 * Reads a PEFT directory. User errors name the file: keys of adapter_config.json that ask for more
 * than plain LoRA, tensors that are no pairs, pickled weights.
 */
export function readPeftAdapter(directory: string): LoraAdapter {
  const path = join(directory, PEFT_CONFIG);
  const config = parseWith(path, configSchema, readJsonFile(path));
  const weightsPath = join(directory, PEFT_WEIGHTS);
  if (!existsSync(weightsPath)) throw invalidAdapter(directory, `it has no ${PEFT_WEIGHTS}`);
  const tensors = readSafetensors(weightsPath);
  const rank = rankOf(weightsPath, tensors);
  if (rank !== config.r) {
    throw invalidAdapter(
      directory,
      `its tensors are of rank ${rank}, ${PEFT_CONFIG} says ${config.r}`,
    );
  }
  return { tensors, rank, alpha: config.lora_alpha, useRslora: config.use_rslora };
}

/** Short names where every layer has the same targets, whole module names otherwise. */
function targetModules(tensors: Weights): string[] {
  const modules = [...tensors.keys()]
    .filter((name) => name.endsWith(LORA_A))
    .map((name) => name.slice(PEFT_PREFIX.length, -LORA_A.length));
  const layers = new Set(modules.map((module) => /layers\.(\d+)\./.exec(module)?.[1]));
  const names = new Set(modules.map((module) => module.split('.').at(-1)!));
  const isUniform = modules.length === layers.size * names.size;
  return [...(isUniform ? names : modules)].sort();
}
