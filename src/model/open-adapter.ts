import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { sha256File } from './open-model.ts';
import { parseWith, readJsonFile } from './read-json-file.ts';

const CONFIG = 'adapter_config.json';
const WEIGHTS = 'adapter_model.safetensors';

/** PEFT's `adapter_config.json`: what changes the function of the adapter. */
const configSchema = z.looseObject({
  peft_type: z.string(),
  r: z.int().positive(),
  lora_alpha: z.number().positive(),
  use_rslora: z.boolean().nullish(),
  use_dora: z.boolean().nullish(),
  fan_in_fan_out: z.boolean().nullish(),
  bias: z.string().nullish(),
  modules_to_save: z.array(z.string()).nullish(),
  rank_pattern: z.record(z.string(), z.unknown()).nullish(),
  alpha_pattern: z.record(z.string(), z.unknown()).nullish(),
});

/** A LoRA adapter on disk. */
export interface AdapterFile {
  /** Absolute path of its safetensors file. */
  readonly path: string;
  readonly digest: string;
  /** The update is `scale · B·A`: alpha / rank, or alpha / √rank with rank-stabilised LoRA. */
  readonly scale: number;
}

/**
 * Opens a PEFT LoRA directory without applying it. User errors: `adapter-missing` when a file is
 * not there, `adapter-unsupported` for anything but plain LoRA on linear layers.
 */
export async function openAdapter(directory: string): Promise<AdapterFile> {
  for (const file of [CONFIG, WEIGHTS]) {
    if (existsSync(join(directory, file))) continue;
    throw userError(
      'adapter-missing',
      `${directory} is no adapter: it has no ${file}`,
      'Give the directory that PEFT’s `save_pretrained` wrote.',
    );
  }
  const path = join(directory, CONFIG);
  const config = parseWith(path, configSchema, readJsonFile(path));
  const refused = unsupported(config);
  if (refused !== undefined) {
    throw userError(
      'adapter-unsupported',
      `${path} sets ${refused}, which is not supported`,
      'Merge the adapter into its base and give the merged model as `teacher: { path: … }`.',
    );
  }
  const { r, lora_alpha: alpha, use_rslora: stabilised } = config;
  const weights = join(directory, WEIGHTS);
  return {
    path: weights,
    digest: await sha256File(weights),
    scale: alpha / (stabilised === true ? Math.sqrt(r) : r),
  };
}

function unsupported(config: z.infer<typeof configSchema>): string | undefined {
  if (config.peft_type !== 'LORA') return `peft_type "${config.peft_type}"`;
  if (config.use_dora === true) return 'use_dora';
  if (config.fan_in_fan_out === true) return 'fan_in_fan_out';
  if ((config.bias ?? 'none') !== 'none') return `bias "${config.bias}"`;
  if ((config.modules_to_save ?? []).length > 0) return 'modules_to_save';
  if (Object.keys(config.rank_pattern ?? {}).length > 0) return 'rank_pattern';
  if (Object.keys(config.alpha_pattern ?? {}).length > 0) return 'alpha_pattern';
  return undefined;
}
