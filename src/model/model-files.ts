import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { userError } from '../base/errors.ts';
import { readGguf, type GgufFile } from './gguf.ts';
import { ggufConfig } from './gguf-config.ts';
import { openGgufWeights } from './gguf-weights.ts';
import { huggingFaceConfig } from './hf-config.ts';
import { openHuggingFaceWeights } from './hf-weights.ts';
import { readJsonFile } from './read-json-file.ts';
import type { ModelConfig } from './types.ts';
import { checkWeights, type WeightSource } from './weight-source.ts';

/** A model on disk with config and weights checked against each other; weights not read yet. */
export interface ModelFiles {
  /** Absolute path. */
  readonly path: string;
  /** The parsed header of a GGUF file; undefined for a Hugging Face directory. */
  readonly gguf: GgufFile | undefined;
  readonly config: ModelConfig;
  /** To be closed by the caller. */
  readonly weights: WeightSource;
}

/**
 * Opens a Hugging Face directory or a .gguf file. User errors: the path does not exist or is
 * neither, unsupported architecture, damaged files, weights that do not match the config.
 */
export async function openModelFiles(modelPath: string): Promise<ModelFiles> {
  const path = resolve(modelPath);
  if (!existsSync(path)) {
    throw userError(
      'model-missing',
      `there is no model at ${path}`,
      'Give the path of a Hugging Face model directory or of a .gguf file.',
    );
  }
  const isDirectory = statSync(path).isDirectory();
  const gguf = isDirectory ? undefined : await readGguf(path);
  const config = gguf === undefined ? directoryConfig(path) : ggufConfig(gguf);
  const weights = gguf === undefined ? openHuggingFaceWeights(path) : openGgufWeights(gguf, config);
  try {
    checkWeights(path, config, weights.shapes);
  } catch (error) {
    weights.close();
    throw error;
  }
  return { path, gguf, config, weights };
}

function directoryConfig(directory: string): ModelConfig {
  const path = join(directory, 'config.json');
  if (!existsSync(path)) {
    const isAdapter = existsSync(join(directory, 'adapter_config.json'));
    throw userError(
      'model-missing',
      isAdapter
        ? `${directory} holds a PEFT adapter, not a model`
        : `${directory} has no config.json`,
      isAdapter
        ? `Merge it into its base first: informant export BASE --adapter ${directory} --format hf --out DIR`
        : 'Give the directory that holds config.json, tokenizer.json and the weights.',
    );
  }
  return huggingFaceConfig(path, readJsonFile(path));
}
