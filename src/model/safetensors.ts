import { userError, workError } from '../base/errors.ts';
import { type ByteSource, fileSource, memorySource } from './byte-source.ts';
import { bfloatToFloat, floatToBfloat, floatToHalf, halfToFloat } from './half-floats.ts';
import { readSafetensorsHeader, type SafetensorsEntry } from './safetensors-header.ts';
import type { Tensor } from './types.ts';

/** Element types this package writes. */
export type FloatDtype = 'F32' | 'F16' | 'BF16';

/** Bytes of one value. */
export const DTYPE_BYTES = { F32: 4, F16: 2, BF16: 2 } as const;
/** Bytes converted at a time, so that a large F16 tensor never exists twice. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** An open file: shapes at once, values on demand. */
export interface SafetensorsFile {
  readonly name: string;
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
  /**
   * One tensor as float32. From a file the array is new; from aligned F32 bytes in memory it is a
   * view of them. User error `safetensors-dtype` unless the dtype is F32, F16 or BF16.
   */
  read(name: string): Tensor;
  close(): void;
}

/**
 * Opens a path, or bytes that errors call `name`, and validates the header; raises what
 * readSafetensorsHeader raises.
 */
export function openSafetensors(input: string | Uint8Array, name?: string): SafetensorsFile {
  const source = typeof input === 'string' ? fileSource(input) : memorySource(input, name);
  try {
    const { entries, metadata } = readSafetensorsHeader(source);
    return {
      name: source.name,
      entries,
      metadata,
      read: (name) => {
        const entry = entries.get(name);
        if (entry === undefined) {
          throw userError('tensor-missing', `${source.name} has no tensor "${name}"`);
        }
        return { shape: entry.shape, data: readFloats(source, name, entry) };
      },
      close: () => source.close(),
    };
  } catch (error) {
    source.close();
    throw error;
  }
}

/** All tensors of a file or of bytes, as float32; raises what openSafetensors and `read` raise. */
export function readSafetensors(input: string | Uint8Array, name?: string): Map<string, Tensor> {
  const file = openSafetensors(input, name);
  try {
    return new Map([...file.entries.keys()].map((tensor) => [tensor, file.read(tensor)]));
  } finally {
    file.close();
  }
}

/**
 * Encodes tensors as a safetensors file. The same tensors give the same bytes: names are sorted,
 * the header is padded with spaces to 8 bytes, `__metadata__.format` is `pt`. A finite value that
 * F16 or BF16 cannot hold is a work error.
 */
export function writeSafetensors(
  tensors: ReadonlyMap<string, Tensor>,
  options: { readonly dtype: FloatDtype; readonly metadata?: Readonly<Record<string, string>> },
): Uint8Array {
  const { dtype } = options;
  const sorted = [...tensors].sort(([a], [b]) => (a < b ? -1 : 1));
  let at = 0;
  const entries = sorted.map(([name, { shape, data }]) => {
    if (shape.reduce((product, length) => product * length, 1) !== data.length) {
      throw new RangeError(`tensor "${name}" [${shape.join(', ')}] has ${data.length} values`);
    }
    const begin = at;
    at += data.length * DTYPE_BYTES[dtype];
    return [name, { dtype, shape, data_offsets: [begin, at] }] as const;
  });
  const metadata = Object.entries({ format: 'pt', ...options.metadata });
  metadata.sort(([a], [b]) => (a < b ? -1 : 1));
  const header = new TextEncoder().encode(
    JSON.stringify(
      Object.fromEntries([['__metadata__', Object.fromEntries(metadata)], ...entries]),
    ),
  );
  const headerBytes = Math.ceil(header.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + at);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.fill(0x20, 8, 8 + headerBytes);
  file.set(header, 8);
  let offset = 8 + headerBytes;
  for (const [name, { data }] of sorted) {
    const bytes = encodeFloats(name, data, dtype);
    file.set(bytes, offset);
    offset += bytes.length;
  }
  return file;
}

/** Values as the bytes of a dtype, little-endian; a work error names the tensor that does not fit. */
export function encodeFloats(name: string, data: Float32Array, dtype: FloatDtype): Uint8Array {
  if (dtype === 'F32') return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const [bytes, largest] =
    dtype === 'F16' ? [floatToHalf(data), 0x7c00] : [floatToBfloat(data), 0x7f80];
  for (let i = 0, at = 1; i < data.length; i++, at += 2) {
    const bits = ((bytes[at]! & 0x7f) << 8) | bytes[at - 1]!;
    if (bits === largest && Number.isFinite(data[i]!)) {
      throw workError(
        'value-too-large',
        `tensor "${name}" holds ${data[i]!}, which ${dtype} cannot represent`,
        dtype === 'F16' ? 'Write BF16 or F32 instead.' : 'Write F32 instead.',
      );
    }
  }
  return bytes;
}

function readFloats(source: ByteSource, name: string, entry: SafetensorsEntry): Float32Array {
  const { dtype, begin, end } = entry;
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16') {
    throw userError(
      'safetensors-dtype',
      `tensor "${name}" in ${source.name} is ${dtype}; only F32, F16 and BF16 are supported`,
      'Convert the model to bfloat16, float16 or float32.',
    );
  }
  const count = (end - begin) / DTYPE_BYTES[dtype];
  if (dtype === 'F32') {
    const { memory } = source;
    if (memory !== undefined && (memory.byteOffset + begin) % 4 === 0) {
      return new Float32Array(memory.buffer, memory.byteOffset + begin, count);
    }
    const data = new Float32Array(count);
    source.readInto(new Uint8Array(data.buffer), begin);
    return data;
  }
  const data = new Float32Array(count);
  const convert = dtype === 'F16' ? halfToFloat : bfloatToFloat;
  const buffer = new Uint8Array(Math.min(CHUNK_BYTES, end - begin));
  for (let at = begin; at < end; at += buffer.length) {
    const bytes = buffer.subarray(0, Math.min(buffer.length, end - at));
    source.readInto(bytes, at);
    const first = (at - begin) / 2;
    convert(bytes, data.subarray(first, first + bytes.length / 2));
  }
  return data;
}
