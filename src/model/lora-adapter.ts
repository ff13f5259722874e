import { type AppError, userError } from '../base/errors.ts';
import { LORA_A, LORA_B, PEFT_PREFIX } from './peft-names.ts';
import type { Weights } from './types.ts';

/** A LoRA adapter in memory. */
export interface LoraAdapter {
  /** Pairs A [rank, in] and B [out, rank] of the adapted layers, under PEFT's names. */
  readonly tensors: Weights;
  readonly rank: number;
  readonly alpha: number;
  /** The update is alpha/√rank · B·A (Kalajdzievski 2023) instead of alpha/rank · B·A. */
  readonly useRslora: boolean;
}

/** What B·A is multiplied by. */
export function loraScale({ rank, alpha, useRslora }: Omit<LoraAdapter, 'tensors'>): number {
  return alpha / (useRslora ? Math.sqrt(rank) : rank);
}

/** The adapter that multiplies B·A by `scale`; raises what `rankOf` raises. */
export function scaledAdapter(path: string, tensors: Weights, scale: number): LoraAdapter {
  const rank = rankOf(path, tensors);
  return { tensors, rank, alpha: scale * rank, useRslora: false };
}

/**
 * The rank that all pairs share. User error `adapter-invalid` names `path` and the tensor that is
 * not part of a pair or is of another rank.
 */
export function rankOf(path: string, tensors: Weights): number {
  let rank: number | undefined;
  for (const [name, { shape }] of tensors) {
    const isA = name.endsWith(LORA_A);
    const partner = isA ? name.replace(LORA_A, LORA_B) : name.replace(LORA_B, LORA_A);
    const isPaired = partner !== name && tensors.has(partner) && name.startsWith(PEFT_PREFIX);
    if (!isPaired || shape.length !== 2) {
      throw invalidAdapter(path, `tensor "${name}" is not part of a LoRA pair`);
    }
    const own = shape[isA ? 0 : 1]!;
    rank ??= own;
    if (own !== rank || own === 0) {
      throw invalidAdapter(path, `tensor "${name}" is of rank ${own}, others of ${rank}`);
    }
  }
  if (rank === undefined) throw invalidAdapter(path, 'it holds no tensor');
  return rank;
}

/** The error for an adapter that cannot be used as it is. */
export function invalidAdapter(path: string, detail: string): AppError {
  return userError(
    'adapter-invalid',
    `${path} is not an adapter that can be used: ${detail}`,
    'Give a plain LoRA adapter, as a PEFT directory or a GGUF file.',
  );
}
