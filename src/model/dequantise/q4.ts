import { halfValues } from '../half-floats.ts';
import type { GgmlType } from './ggml-type.ts';

/** Q4_0: f16 scale d, 16 bytes of nibbles q (low half first); x = d·(q − 8). */
export const q4_0: GgmlType = {
  name: 'Q4_0',
  blockElements: 32,
  blockBytes: 18,
  decode: (bytes, out) => {
    const half = halfValues();
    for (let at = 0, x = 0; x < out.length; at += 18, x += 32) {
      const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
      for (let i = 0; i < 16; i++) {
        const pair = bytes[at + 2 + i]!;
        out[x + i] = d * ((pair & 15) - 8);
        out[x + i + 16] = d * ((pair >> 4) - 8);
      }
    }
  },
};

/** Q4_1: f16 scale d, f16 minimum m, 16 bytes of nibbles q; x = d·q + m. */
export const q4_1: GgmlType = {
  name: 'Q4_1',
  blockElements: 32,
  blockBytes: 20,
  decode: (bytes, out) => {
    const half = halfValues();
    for (let at = 0, x = 0; x < out.length; at += 20, x += 32) {
      const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
      const m = half[bytes[at + 2]! | (bytes[at + 3]! << 8)]!;
      for (let i = 0; i < 16; i++) {
        const pair = bytes[at + 4 + i]!;
        out[x + i] = d * (pair & 15) + m;
        out[x + i + 16] = d * (pair >> 4) + m;
      }
    }
  },
};
