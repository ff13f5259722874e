import { readFileSync } from 'node:fs';
import { type AppError, messageOf, userError } from '../base/errors.ts';
import { sha256 } from '../base/digest.ts';
import { LM_HEAD } from './expected-tensors.ts';
import { readSafetensors } from './safetensors.ts';
import { LORA_A, LORA_B, PEFT_PREFIX } from './peft-names.ts';
import type { ModelDelta, Tensor, Weights } from './types.ts';

/** Replaces all weights in place; the file must hold the same tensors with the same shapes. */
export function applyFullDelta(weights: Map<string, Tensor>, delta: ModelDelta): void {
  const tensors = readDelta(delta);
  for (const [name, { shape }] of weights) {
    const replacement = tensors.get(name);
    if (replacement === undefined) throw misfit(delta, `tensor "${name}" is missing`);
    checkShape(delta, name, replacement.shape, shape);
    weights.set(name, replacement);
    tensors.delete(name);
  }
  // The head of a model with tied embeddings is a copy of them.
  tensors.delete(LM_HEAD);
  const [extra] = tensors.keys();
  if (extra !== undefined) throw misfit(delta, `the base has no tensor "${extra}"`);
}

/** Adds the LoRA of a delta to the weights, in place. */
export function applyLoraDelta(weights: ReadonlyMap<string, Tensor>, delta: ModelDelta): void {
  const { scale } = delta;
  if (scale === undefined) throw new RangeError(`LoRA delta ${delta.path} has no scale`);
  applyLora(weights, { path: delta.path, tensors: readDelta(delta), scale });
}

/**
 * W += scale · B·A in place for every pair of PEFT tensors, with A [rank, in] and B [out, rank].
 * User error `delta-mismatch` names `path` and the tensor that does not fit.
 */
export function applyLora(
  weights: ReadonlyMap<string, Tensor>,
  delta: { readonly path: string; readonly tensors: Weights; readonly scale: number },
): void {
  const { tensors, scale } = delta;
  for (const [name, a] of tensors) {
    if (name.endsWith(LORA_B) && tensors.has(name.replace(LORA_B, LORA_A))) continue;
    const weightName = weightOf(name);
    const weight = weightName === undefined ? undefined : weights.get(weightName);
    const b = tensors.get(name.replace(LORA_A, LORA_B));
    // An adapter tensor that finds no weight must not be skipped: the update would be lost silently.
    if (weight === undefined || weight.shape.length !== 2) {
      throw misfit(delta, `tensor "${name}" belongs to no linear layer of the base`);
    }
    if (b === undefined) throw misfit(delta, `tensor "${name}" has no lora_B`);
    const rank = a.shape[0] ?? 0;
    checkShape(delta, name, a.shape, [rank, weight.shape[1]!]);
    checkShape(delta, name.replace(LORA_A, LORA_B), b.shape, [weight.shape[0]!, rank]);
    addProduct(weight.data, a.data, b.data, rank, scale);
  }
}

function weightOf(name: string): string | undefined {
  if (!name.startsWith(PEFT_PREFIX) || !name.endsWith(LORA_A)) return undefined;
  return `${name.slice(PEFT_PREFIX.length, -LORA_A.length)}.weight`;
}

/** Row by row, summed in float64 and rounded once. */
function addProduct(
  weight: Float32Array,
  a: Float32Array,
  b: Float32Array,
  rank: number,
  scale: number,
): void {
  if (rank === 0) return;
  const columns = a.length / rank;
  const row = new Float64Array(columns);
  for (let start = 0, out = 0; start < weight.length; start += columns, out++) {
    row.fill(0);
    for (let r = 0; r < rank; r++) {
      const factor = scale * b[out * rank + r]!;
      for (let i = 0, at = r * columns; i < columns; i++, at++) row[i] = row[i]! + factor * a[at]!;
    }
    for (let i = 0; i < columns; i++) weight[start + i] = weight[start + i]! + row[i]!;
  }
}

function readDelta(delta: ModelDelta): Map<string, Tensor> {
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

function checkShape(
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

function misfit(delta: { readonly path: string }, detail: string): AppError {
  return userError(
    'delta-mismatch',
    `${delta.path} cannot be applied to its base: ${detail}`,
    'Train it again on this base, or give the base it was trained on.',
  );
}
