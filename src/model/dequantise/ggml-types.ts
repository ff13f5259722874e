import { bf16, f16, f32 } from './floats.ts';
import type { GgmlType } from './ggml-type.ts';
import { q4_k, q6_k } from './k-quants.ts';
import { q4_0, q4_1 } from './q4.ts';
import { q5_0, q5_1 } from './q5.ts';
import { q8_0 } from './q8.ts';

/** Supported tensor types by their number in ggml.h. */
export const GGML_TYPES: ReadonlyMap<number, GgmlType> = new Map([
  [0, f32],
  [1, f16],
  [2, q4_0],
  [3, q4_1],
  [6, q5_0],
  [7, q5_1],
  [8, q8_0],
  [12, q4_k],
  [14, q6_k],
  [30, bf16],
]);
