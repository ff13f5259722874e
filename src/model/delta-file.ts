import { readFileSync } from 'node:fs';
import { type AppError, messageOf, userError } from '../base/errors.ts';
import { sha256 } from '../base/digest.ts';
import { readSafetensors } from './safetensors.ts';
import type { ModelDelta, Tensor } from './types.ts';

/** Tensors of a delta; a user error when the file is not the one that was recorded. */
export function readDelta(delta: ModelDelta): Map<string, Tensor> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(delta.path);
  } catch (error) {
    throw misfit(delta, messageOf(error));
  }
  if (sha256(bytes) !== delta.digest) {
    throw misfit(delta, 'its content has changed since it was recorded');
  }
  return readSafetensors(bytes, delta.path);
}

/** Raises a user error when a tensor does not have the shape that the base needs. */
export function checkShape(
  delta: { readonly path: string },
  name: string,
  actual: readonly number[],
  expected: readonly number[],
): void {
  if (actual.join() === expected.join()) return;
  throw misfit(
    delta,
    `tensor "${name}" has shape [${actual.join(', ')}], the base needs [${expected.join(', ')}]`,
  );
}

/** The error of a delta that does not belong to its base. */
export function misfit(delta: { readonly path: string }, detail: string): AppError {
  return userError(
    'delta-mismatch',
    `${delta.path} cannot be applied to its base: ${detail}`,
    'Train it again on this base, or give the base it was trained on.',
  );
}
