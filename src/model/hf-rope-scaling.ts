import { z } from 'zod';
import type { RopeScaling } from '../engine/types.ts';
import type { JsonObject } from '../base/json.ts';

/** `rope_scaling`, or `rope_parameters` of transformers 5, which holds the base too. */
export const ropeSchema = z.looseObject({
  rope_theta: z.number().optional(),
  rope_type: z.string().optional(),
  type: z.string().optional(),
  partial_rotary_factor: z.number().optional(),
  factor: z.number().optional(),
  low_freq_factor: z.number().optional(),
  high_freq_factor: z.number().optional(),
  original_max_position_embeddings: z.number().optional(),
});

type RopeEntry = z.infer<typeof ropeSchema> | null | undefined;

/**
 * The scaling that the entries of a config.json ask for, undefined for none; where it is not
 * supported, or a number it needs is missing, the words that say so.
 */
export function huggingFaceRopeScaling(
  ...entries: readonly RopeEntry[]
): RopeScaling | string | undefined {
  for (const entry of entries) {
    const type = entry?.rope_type ?? entry?.type ?? 'default';
    if (type !== 'default') return scalingOf(type, entry ?? {});
  }
  return undefined;
}

function scalingOf(type: string, entry: NonNullable<RopeEntry>): RopeScaling | string {
  const { factor, low_freq_factor: lowFreqFactor, high_freq_factor: highFreqFactor } = entry;
  const originalMaxPositions = entry.original_max_position_embeddings;
  const incomplete = `RoPE scaling "${type}" without all of its numbers`;
  switch (type) {
    case 'linear':
      return factor === undefined ? incomplete : { type, factor };
    case 'llama3':
      return factor === undefined ||
        lowFreqFactor === undefined ||
        highFreqFactor === undefined ||
        originalMaxPositions === undefined
        ? incomplete
        : { type, factor, lowFreqFactor, highFreqFactor, originalMaxPositions };
    default:
      return `RoPE scaling "${type}" (supported: linear, llama3)`;
  }
}

/** The entries of a config.json that make `huggingFaceRopeScaling` give this scaling. */
export function ropeScalingJson(scaling: Exclude<RopeScaling, { type: 'factors' }>): JsonObject {
  switch (scaling.type) {
    case 'linear':
      return { rope_type: 'linear', factor: scaling.factor };
    case 'llama3':
      return {
        rope_type: 'llama3',
        factor: scaling.factor,
        low_freq_factor: scaling.lowFreqFactor,
        high_freq_factor: scaling.highFreqFactor,
        original_max_position_embeddings: scaling.originalMaxPositions,
      };
  }
}
