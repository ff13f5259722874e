import { halfValues } from '../half-floats.ts';
import type { GgmlType } from './ggml-type.ts';

/** Q8_0: f16 scale d, 32 signed bytes q; x = d·q. */
export const q8_0: GgmlType = {
  name: 'Q8_0',
  blockElements: 32,
  blockBytes: 34,
  decode: (bytes, out) => {
    const half = halfValues();
    const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    for (let at = 0, x = 0; x < out.length; at += 34, x += 32) {
      const d = half[bytes[at]! | (bytes[at + 1]! << 8)]!;
      for (let i = 0; i < 32; i++) out[x + i] = d * signed[at + 2 + i]!;
    }
  },
};
