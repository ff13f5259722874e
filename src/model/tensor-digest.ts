import { createHash } from 'node:crypto';
import type { Weights } from './types.ts';

/**
 * sha256 of tensor contents: names in order, shapes, float32 values, little-endian. It is the same
 * whatever file the tensors come from, as long as the file kept every bit.
 */
export function tensorDigest(tensors: Weights): string {
  const hash = createHash('sha256');
  for (const [name, { shape, data }] of [...tensors].sort(([a], [b]) => (a < b ? -1 : 1))) {
    hash.update(`${JSON.stringify([name, shape])}\n`);
    hash.update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}
