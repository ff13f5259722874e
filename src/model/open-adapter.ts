import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { userError } from '../base/errors.ts';
import { readGgufAdapter } from './gguf-adapter.ts';
import type { LoraAdapter } from './lora-adapter.ts';
import { PEFT_CONFIG, readPeftAdapter } from './peft-adapter.ts';
import type { ModelConfig } from './types.ts';

/**
 * Reads a LoRA adapter for a base of this config: a PEFT directory or a .gguf file. User errors:
 * there is none, and those of its readers.
 */
export async function openAdapter(adapterPath: string, config: ModelConfig): Promise<LoraAdapter> {
  const path = resolve(adapterPath);
  const isFile = existsSync(path) && statSync(path).isFile();
  if (!isFile && !existsSync(join(path, PEFT_CONFIG))) {
    throw userError(
      'adapter-missing',
      `there is no adapter at ${path}`,
      `Give a directory with ${PEFT_CONFIG}, or a .gguf file.`,
    );
  }
  return isFile ? readGgufAdapter(path, config) : readPeftAdapter(path);
}
