import { userError } from '../base/errors.ts';
import { expectedTensors, LM_HEAD } from './expected-tensors.ts';
import type { ModelConfig } from './types.ts';

/** The weights of a model on disk under their Hugging Face names, whatever the file format. */
export interface WeightSource {
  /** Files that hold weights, sorted; their bytes enter the model's digest. */
  readonly files: readonly string[];
  readonly shapes: ReadonlyMap<string, readonly number[]>;
  /** A new float32 array that the caller owns. */
  read(name: string): Float32Array;
  close(): void;
}

/**
 * Checks that the tensors are exactly those the config needs, with the right shapes. User error
 * `weights-mismatch` names the first that is not: a tensor nobody reads (a bias, an expert) would
 * mean that another function runs than was trained. Rotary tables and the head of a model with
 * tied embeddings carry no information of their own and may be there.
 */
export function checkWeights(
  path: string,
  config: ModelConfig,
  shapes: ReadonlyMap<string, readonly number[]>,
): void {
  const needed = expectedTensors(config);
  for (const [name, expected] of needed) {
    const actual = shapes.get(name);
    if (actual === undefined) throw mismatch(path, `tensor "${name}" is missing`);
    if (actual.join() !== expected.join()) {
      throw mismatch(
        path,
        `tensor "${name}" has shape [${actual.join(', ')}], its config needs [${expected.join(', ')}]`,
      );
    }
  }
  for (const name of shapes.keys()) {
    if (!needed.has(name) && name !== LM_HEAD && !name.endsWith('.rotary_emb.inv_freq')) {
      throw mismatch(path, `tensor "${name}" has no place in a ${config.architecture} model`);
    }
  }
}

function mismatch(path: string, detail: string): Error {
  return userError(
    'weights-mismatch',
    `the weights in ${path} do not match its config: ${detail}`,
    'Check that config and weights come from the same model and that no shard is missing.',
  );
}
