import { type ByteSource, fileSource } from './byte-source.ts';
import { EMBEDDING, LM_HEAD } from './expected-tensors.ts';
import type { GgufFile, GgufTensor } from './gguf.ts';
import type { ModelConfig } from './types.ts';
import type { WeightSource } from './weight-source.ts';

/** Bytes decoded at a time: bounds memory next to the float32 result. */
const CHUNK_BYTES = 4 * 1024 * 1024;

/** llama.cpp's tensor names inside a block, and the Hugging Face names inside a layer. */
const LAYER_NAMES: ReadonlyMap<string, string> = new Map([
  ['attn_norm', 'input_layernorm'],
  ['attn_q', 'self_attn.q_proj'],
  ['attn_k', 'self_attn.k_proj'],
  ['attn_v', 'self_attn.v_proj'],
  ['attn_output', 'self_attn.o_proj'],
  ['ffn_norm', 'post_attention_layernorm'],
  ['ffn_gate', 'mlp.gate_proj'],
  ['ffn_up', 'mlp.up_proj'],
  ['ffn_down', 'mlp.down_proj'],
]);
const TOP_NAMES: ReadonlyMap<string, string> = new Map([
  ['token_embd.weight', EMBEDDING],
  ['output_norm.weight', 'model.norm.weight'],
  ['output.weight', LM_HEAD],
]);

/** The Hugging Face name of a GGUF tensor of architecture llama; undefined when it has none. */
export function huggingFaceName(ggufName: string): string | undefined {
  const match = /^blk\.(\d+)\.(\w+)\.weight$/.exec(ggufName);
  if (match === null) return TOP_NAMES.get(ggufName);
  const name = LAYER_NAMES.get(match[2]!);
  return name === undefined ? undefined : `model.layers.${Number(match[1])}.${name}.weight`;
}

/** Opens the weights of a GGUF file: dequantised, renamed, query and key rows in their old order. */
export function openGgufWeights(file: GgufFile, config: ModelConfig): WeightSource {
  const tensors = new Map<string, GgufTensor>();
  for (const [name, tensor] of file.tensors) {
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
      const heads = name.endsWith('.q_proj.weight')
        ? config.heads
        : name.endsWith('.k_proj.weight')
          ? config.kvHeads
          : undefined;
      return heads === undefined ? data : unpermuteRows(data, heads, config.headDim);
    },
    close: () => source.close(),
  };
}

function dequantise(source: ByteSource, { type, shape, begin, bytes }: GgufTensor): Float32Array {
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

/**
 * Undoes the row order of llama.cpp's converter (LlamaModel.permute in convert_hf_to_gguf.py).
 * It stores each head's rotary pairs next to each other (row 2i + j), Hugging Face keeps the two
 * halves apart (row j·headDim/2 + i).
 */
function unpermuteRows(data: Float32Array, heads: number, headDim: number): Float32Array {
  const columns = data.length / (heads * headDim);
  const half = headDim / 2;
  const out = new Float32Array(data.length);
  for (let head = 0; head < heads; head++) {
    for (let i = 0; i < half; i++) {
      for (let j = 0; j < 2; j++) {
        const from = (head * headDim + 2 * i + j) * columns;
        const to = (head * headDim + j * half + i) * columns;
        out.set(data.subarray(from, from + columns), to);
      }
    }
  }
  return out;
}
