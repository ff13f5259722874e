import { bfloatToFloat, halfToFloat } from '../half-floats.ts';
import type { GgmlType } from './ggml-type.ts';

/** F32: little-endian float32, copied. */
export const f32: GgmlType = {
  name: 'F32',
  blockElements: 1,
  blockBytes: 4,
  decode: (bytes, out) => new Uint8Array(out.buffer, out.byteOffset, out.byteLength).set(bytes),
};

/** F16: IEEE 754 binary16. */
export const f16: GgmlType = { name: 'F16', blockElements: 1, blockBytes: 2, decode: halfToFloat };

/** BF16: the upper half of a float32. */
export const bf16: GgmlType = {
  name: 'BF16',
  blockElements: 1,
  blockBytes: 2,
  decode: bfloatToFloat,
};
