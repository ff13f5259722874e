import { halfValues } from '../half-floats.ts';
import type { GgmlType } from './ggml-type.ts';

/**
 * Q4_K: f16 d, f16 dmin, 12 bytes with eight 6-bit scales and minima, 128 bytes of nibbles.
 * Sub-block j of 32 values: x = d·scale_j·q − dmin·min_j.
 */
export const q4_k: GgmlType = {
  name: 'Q4_K',
  blockElements: 256,
  blockBytes: 144,
  decode: (bytes, out) => {
    const half = halfValues();
    for (let at = 0, x = 0; x < out.length; at += 144, x += 256) {
      const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
      const dmin = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
      for (let j = 0; j < 8; j++) {
        const [scale, minimum] = scaleAndMinimum(bytes, at + 4, j);
        const step = d * scale;
        const base = dmin * minimum;
        const nibbles = at + 16 + (j >> 1) * 32;
        const shift = (j & 1) * 4;
        const first = x + j * 32;
        for (let i = 0; i < 32; i++) {
          out[first + i] = step * ((bytes[nibbles + i]! >> shift) & 15) - base;
        }
      }
    }
  },
};

/** The packing of get_scale_min_k4: the first four in 6 bits, the rest split over two bytes. */
function scaleAndMinimum(bytes: Uint8Array, at: number, j: number): readonly [number, number] {
  if (j < 4) return [bytes[at + j]! & 63, bytes[at + j + 4]! & 63];
  return [
    (bytes[at + j + 4]! & 15) | ((bytes[at + j - 4]! >> 6) << 4),
    (bytes[at + j + 4]! >> 4) | ((bytes[at + j]! >> 6) << 4),
  ];
}

/**
 * Q6_K: 128 bytes of low nibbles, 64 bytes of high bit pairs, 16 signed scales, f16 d.
 * Sub-block of 16 values: x = d·scale·(q − 32).
 */
export const q6_k: GgmlType = {
  name: 'Q6_K',
  blockElements: 256,
  blockBytes: 210,
  decode: (bytes, out) => {
    const half = halfValues();
    const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0, x = 0; x < out.length; at += 210, x += 256) {
      const d = half[bytes[at + 208]! | (bytes[at + 209]! << 8)]!;
      for (let part = 0; part < 2; part++) {
        const low = at + part * 64;
        const high = at + 128 + part * 32;
        const scales = at + 192 + part * 8;
        // Four quarters of 32 values share the bytes: low nibbles first, then the upper ones.
        for (let quarter = 0; quarter < 4; quarter++) {
          const nibbles = low + (quarter & 1) * 32;
          const shift = (quarter >> 1) * 4;
          const first = x + part * 128 + quarter * 32;
          for (let i = 0; i < 32; i++) {
            const q =
              ((bytes[nibbles + i]! >> shift) & 15) |
              (((bytes[high + i]! >> (quarter * 2)) & 3) << 4);
            out[first + i] = d * signed[scales + quarter * 2 + (i >> 4)]! * (q - 32);
          }
        }
      }
    }
  },
};
