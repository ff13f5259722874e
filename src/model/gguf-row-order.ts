import type { ModelConfig } from './types.ts';

/**
 * Heads whose rows llama.cpp's converter reorders in this tensor (LlamaModel.permute in
 * convert_hf_to_gguf.py), undefined where it leaves rows alone. It stores the rotary pairs of
 * queries and keys next to each other (row 2i + j), Hugging Face keeps the two halves of a head
 * apart (row j·headDim/2 + i); only architecture `llama` is converted so. The same holds for the
 * B factor of a LoRA on such a weight.
 */
export function reorderedHeads(name: string, config: ModelConfig): number | undefined {
  if (config.architecture !== 'llama') return undefined;
  const match = /\.self_attn\.([qk])_proj\.(?:weight|lora_B\.weight)$/.exec(name);
  if (match === null) return undefined;
  return match[1] === 'q' ? config.heads : config.kvHeads;
}

/** Rows [heads · headDim, columns] in the order of GGUF, given that of Hugging Face. */
export function toGgufRows(data: Float32Array, heads: number, headDim: number): Float32Array {
  return moveRows(data, heads, headDim, (hf, gguf) => [hf, gguf]);
}

/** Rows [heads · headDim, columns] in the order of Hugging Face, given that of GGUF. */
export function toHuggingFaceRows(
  data: Float32Array,
  heads: number,
  headDim: number,
): Float32Array {
  return moveRows(data, heads, headDim, (hf, gguf) => [gguf, hf]);
}

function moveRows(
  data: Float32Array,
  heads: number,
  headDim: number,
  direction: (huggingFaceRow: number, ggufRow: number) => readonly [from: number, to: number],
): Float32Array {
  const columns = data.length / (heads * headDim);
  const half = headDim / 2;
  const out = new Float32Array(data.length);
  for (let first = 0; first < heads * headDim; first += headDim) {
    for (let i = 0; i < half; i++) {
      for (let j = 0; j < 2; j++) {
        const [from, to] = direction(first + j * half + i, first + 2 * i + j);
        out.set(data.subarray(from * columns, (from + 1) * columns), to * columns);
      }
    }
  }
  return out;
}
