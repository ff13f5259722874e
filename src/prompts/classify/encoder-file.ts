import { readFileSync } from 'node:fs';
import { memorySource } from '../../model/byte-source.ts';
import { readSafetensorsHeader } from '../../model/safetensors-header.ts';
import type { Tensor } from '../../model/types.ts';

/** What follows the name of a matrix in whole numbers in the name of its row factors. */
export const FACTORS = '.factors';

/** A matrix of which every row is whole numbers times a factor. */
export interface ByteRows {
  readonly width: number;
  readonly numbers: Int8Array;
  readonly factors: Float32Array;
}

/** An open file of weights: vectors as float32, matrices in bytes (`npm run models:minilm`). */
export interface EncoderFile {
  readonly names: readonly string[];
  tensor(name: string): Tensor;
  rows(name: string): ByteRows;
}

/** Reads a file of weights of our own making into memory. */
export function openEncoderFile(path: string): EncoderFile {
  const bytes = readFileSync(path);
  const { entries } = readSafetensorsHeader(memorySource(bytes, path));
  const entry = (name: string) => {
    const found = entries.get(name);
    if (found === undefined) throw new Error(`${path} has no tensor ${name}`);
    return found;
  };
  const floats = (name: string): Float32Array => {
    const { begin, end } = entry(name);
    return new Float32Array(Uint8Array.from(bytes.subarray(begin, end)).buffer);
  };
  const rows = (name: string): ByteRows => {
    const { begin, end, shape } = entry(name);
    return {
      width: shape[1]!,
      numbers: new Int8Array(bytes.buffer, bytes.byteOffset + begin, end - begin),
      factors: floats(name + FACTORS),
    };
  };
  return {
    names: [...entries.keys()].filter((name) => !name.endsWith(FACTORS)),
    rows,
    tensor: (name) => {
      const { dtype, shape } = entry(name);
      if (dtype !== 'I8') return { shape, data: floats(name) };
      const { width, numbers, factors } = rows(name);
      const data = new Float32Array(numbers);
      for (const [row, factor] of factors.entries()) {
        for (let i = row * width; i < (row + 1) * width; i++) data[i]! *= factor;
      }
      return { shape, data };
    },
  };
}
