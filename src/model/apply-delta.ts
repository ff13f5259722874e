import { addProduct } from '../engine/merge-lora.ts';
import type { DecoderConfig } from '../engine/types.ts';
import { checkShape, misfit, readDelta } from './delta-file.ts';
import { LM_HEAD } from './expected-tensors.ts';
import { LORA_A, LORA_B, PEFT_PREFIX } from './peft-names.ts';
import { applyPrefixDelta } from './prefix-delta.ts';
import type { ModelDelta, Tensor, Weights } from './types.ts';

/**
 * Changes the weights of a base in place. Raises user errors (`delta-mismatch`) that name file and
 * tensor when the delta is damaged, was changed, or does not fit.
 */
export function applyDelta(
  config: DecoderConfig,
  weights: Map<string, Tensor>,
  delta: ModelDelta,
): void {
  switch (delta.kind) {
    case 'full':
      return applyFullDelta(weights, delta);
    case 'lora':
      return applyLoraDelta(weights, delta);
    case 'prefix':
      return applyPrefixDelta(config, weights, delta);
    default:
      return delta.kind satisfies never;
  }
}

/** Replaces all weights in place; the file must hold the same tensors with the same shapes. */
function applyFullDelta(weights: Map<string, Tensor>, delta: ModelDelta): void {
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
