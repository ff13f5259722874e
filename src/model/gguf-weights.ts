import { type ByteSource, fileSource } from './byte-source.ts';
import type { GgufFile, GgufTensor } from './gguf.ts';
import { huggingFaceName, ROPE_FACTORS } from './gguf-names.ts';
import { reorderedHeads, toHuggingFaceRows } from './gguf-row-order.ts';
import type { ModelConfig } from './types.ts';
import type { WeightSource } from './weight-source.ts';

/** Bytes decoded at a time: bounds memory next to the float32 result. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** Opens the weights of a GGUF file: dequantised, renamed, query and key rows in their old order. */
export function openGgufWeights(file: GgufFile, config: ModelConfig): WeightSource {
  const tensors = new Map<string, GgufTensor>();
  for (const [name, tensor] of file.tensors) {
    // Part of the config: gguf-config.ts reads it.
    if (name === ROPE_FACTORS) continue;
    // What has no Hugging Face name keeps its own, so that checkWeights can refuse it.
    tensors.set(huggingFaceName(name) ?? name, tensor);
  }
  const source = fileSource(file.path);
  return {
    files: [file.path],
    shapes: new Map([...tensors].map(([name, { shape }]) => [name, shape])),
    read: (name) => {
      const tensor = tensors.get(name);
      if (tensor === undefined) throw new RangeError(`no tensor ${name} in ${file.path}`);
      const data = dequantise(source, tensor);
      const heads = reorderedHeads(name, config);
      return heads === undefined ? data : toHuggingFaceRows(data, heads, config.headDim);
    },
    close: () => source.close(),
  };
}

/** Values of one tensor as float32, decoded in pieces. */
export function dequantise(
  source: ByteSource,
  { type, shape, begin, bytes }: GgufTensor,
): Float32Array {
  const out = new Float32Array(shape.reduce((product, length) => product * length, 1));
  const blocks = Math.floor(CHUNK_BYTES / type.blockBytes);
  const buffer = new Uint8Array(Math.min(blocks * type.blockBytes, bytes));
  for (let done = 0; done < bytes; done += buffer.length) {
    const chunk = buffer.subarray(0, Math.min(buffer.length, bytes - done));
    source.readInto(chunk, begin + done);
    const first = (done / type.blockBytes) * type.blockElements;
    const count = (chunk.length / type.blockBytes) * type.blockElements;
    type.decode(chunk, out.subarray(first, first + count));
  }
  return out;
}
