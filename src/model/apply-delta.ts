import { addProduct } from '../engine/merge-lora.ts';
import type { DecoderConfig } from '../engine/types.ts';
import { checkShape, misfit, readDelta } from './delta-file.ts';
import { LM_HEAD } from './expected-tensors.ts';
import { applyPrefixDelta } from './prefix-delta.ts';
import type { ModelDelta, Tensor } from './types.ts';

/** PEFT's prefix in front of a Hugging Face module name. */
const PEFT_PREFIX = 'base_model.model.';
const LORA_A = '.lora_A.weight';
const LORA_B = '.lora_B.weight';

/** The names of the two PEFT tensors that change a weight `<module>.weight`. */
export function peftNames(weightName: string): { readonly a: string; readonly b: string } {
  const module = `${PEFT_PREFIX}${weightName.replace(/\.weight$/, '')}`;
  return { a: module + LORA_A, b: module + LORA_B };
}

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

/** W += scale · B·A for every pair of the adapter, with A [rank, in] and B [out, rank]. */
function applyLoraDelta(weights: ReadonlyMap<string, Tensor>, delta: ModelDelta): void {
  const { scale } = delta;
  if (scale === undefined) throw new RangeError(`LoRA delta ${delta.path} has no scale`);
  const tensors = readDelta(delta);
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
