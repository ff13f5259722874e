import { halfValues } from '../half-floats.ts';
import type { GgmlType } from './ggml-type.ts';

/** Q5_0: f16 scale d, 32 high bits, 16 bytes of nibbles; x = d·(q − 16). */
export const q5_0: GgmlType = {
  name: 'Q5_0',
  blockElements: 32,
  blockBytes: 22,
  decode: (bytes, out) => {
    const half = halfValues();
    for (let at = 0, x = 0; x < out.length; at += 22, x += 32) {
      const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
      decodeBlock(bytes, at + 2, out, x, d, -16 * d);
    }
  },
};

/** Q5_1: f16 scale d, f16 minimum m, 32 high bits, 16 bytes of nibbles; x = d·q + m. */
export const q5_1: GgmlType = {
  name: 'Q5_1',
  blockElements: 32,
  blockBytes: 24,
  decode: (bytes, out) => {
    const half = halfValues();
    for (let at = 0, x = 0; x < out.length; at += 24, x += 32) {
      const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
      const m = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
      decodeBlock(bytes, at + 4, out, x, d, m);
    }
  },
};

/** Bit i of the four bytes at `at` is the fifth bit of value i; the nibbles follow. */
function decodeBlock(
  bytes: Uint8Array,
  at: number,
  out: Float32Array,
  x: number,
  d: number,
  m: number,
): void {
  const high = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
  for (let i = 0; i < 16; i++) {
    const pair = bytes[at + 4 + i]!;
    out[x + i] = d * ((pair & 15) | (((high >>> i) & 1) << 4)) + m;
    out[x + i + 16] = d * ((pair >> 4) | (((high >>> (i + 16)) & 1) << 4)) + m;
  }
}
