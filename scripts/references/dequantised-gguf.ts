import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { type GgufFile, readGguf } from '../../src/model/gguf.ts';

/** GGML_TYPE_F32. */
const F32 = 0;
const ALIGNMENT = 32;
/** Magic, version, number of tensors, number of metadata entries. */
const FIXED_HEADER_BYTES = 24;

/**
 * Writes a copy of a GGUF file with the same metadata and every tensor as float32. llama.cpp rounds
 * activations to 8 bits beside quantised weights; on the copy it computes with the numbers we use.
 */
export async function writeDequantisedGguf(source: string, target: string): Promise<void> {
  const file = await readGguf(source);
  const bytes = readFileSync(source);
  const infosAt = findTensorInfos(bytes, file);
  const out = openSync(target, 'w');
  try {
    const infos: Buffer[] = [];
    let offset = 0;
    for (const [name, { shape }] of file.tensors) {
      infos.push(tensorInfo(name, shape, offset));
      offset += aligned(4 * elements(shape));
    }
    const header = Buffer.concat([bytes.subarray(0, infosAt), ...infos]);
    let at = 0;
    const append = (data: Uint8Array): void => {
      for (let done = 0; done < data.length;) done += writeSync(out, data, done);
      at += data.length;
      const padding = aligned(at) - at;
      if (padding > 0) at += writeSync(out, new Uint8Array(padding));
    };
    append(header);
    for (const { type, shape, begin, bytes: length } of file.tensors.values()) {
      const data = new Float32Array(elements(shape));
      type.decode(bytes.subarray(begin, begin + length), data);
      append(new Uint8Array(data.buffer));
    }
  } finally {
    closeSync(out);
  }
}

/** Tensor entries follow the metadata: the first starts with the length and bytes of its name. */
function findTensorInfos(bytes: Buffer, file: GgufFile): number {
  const first = [...file.tensors.keys()][0];
  if (first === undefined) throw new RangeError(`${file.path} has no tensors`);
  const at = bytes.indexOf(named(first), FIXED_HEADER_BYTES);
  if (at === -1) throw new RangeError(`no tensor entry of ${first} in ${file.path}`);
  return at;
}

function tensorInfo(name: string, shape: readonly number[], offset: number): Buffer {
  const fixed = Buffer.alloc(4 + 8 * shape.length + 4 + 8);
  let at = fixed.writeUInt32LE(shape.length);
  for (const length of shape.toReversed()) at = fixed.writeBigUInt64LE(BigInt(length), at);
  at = fixed.writeUInt32LE(F32, at);
  fixed.writeBigUInt64LE(BigInt(offset), at);
  return Buffer.concat([named(name), fixed]);
}

function named(name: string): Buffer {
  const text = Buffer.from(name);
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(text.length));
  return Buffer.concat([length, text]);
}

function elements(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / ALIGNMENT) * ALIGNMENT;
}
