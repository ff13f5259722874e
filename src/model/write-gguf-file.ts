import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { dirname, resolve } from 'node:path';
import {
  encodeGgufHeader,
  GGUF_ALIGNMENT,
  type GgufTensorEntry,
  type GgufValue,
} from './gguf-encode.ts';
import { DTYPE_BYTES, encodeFloats, type FloatDtype } from './safetensors.ts';
import { refuseExisting, type WriteOptions } from './write-directory.ts';

/** Numbers of ggml_type. */
const GGML_TYPE = { F32: 0, F16: 1, BF16: 30 } as const;

/** A tensor to be written; `data` is asked for once, when its turn comes. */
export interface GgufTensorSource {
  readonly name: string;
  /** Row-major, as everywhere but in the file. */
  readonly shape: readonly number[];
  readonly dtype: FloatDtype;
  readonly data: () => Float32Array;
}

/**
 * Writes a GGUF version 3 file, tensor by tensor, so that no second copy of the weights exists. It
 * appears under its name complete or not at all. User error `output-exists` unless `replace` is
 * set; a finite value that its type cannot hold is a work error.
 */
export function writeGgufFile(
  path: string,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensorSource[],
  options: WriteOptions = {},
): void {
  const target = resolve(path);
  refuseExisting(target, options);
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    const file = openSync(temporary, 'wx');
    try {
      writeAll(file, encodeGgufHeader(metadata, entriesOf(tensors)));
      for (const tensor of tensors) {
        const bytes = encodeFloats(tensor.name, tensor.data(), tensor.dtype);
        writeAll(file, bytes);
        writeAll(file, new Uint8Array(padded(bytes.length) - bytes.length));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, target);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function entriesOf(tensors: readonly GgufTensorSource[]): GgufTensorEntry[] {
  let offset = 0;
  return tensors.map(({ name, shape, dtype }) => {
    const entry = { name, dims: shape.toReversed(), type: GGML_TYPE[dtype], offset };
    offset += padded(shape.reduce((product, size) => product * size, DTYPE_BYTES[dtype]));
    return entry;
  });
}

function padded(bytes: number): number {
  return Math.ceil(bytes / GGUF_ALIGNMENT) * GGUF_ALIGNMENT;
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
}
