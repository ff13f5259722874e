import { huggingFaceName } from './gguf-names.ts';
import { tinyConfig, tinyTemplate, tinyWeights, tinyWords } from './tiny-model.fixture.ts';
import type { ModelConfig, Tensor } from './types.ts';

/** A metadata value with its GGUF type number. */
export type GgufValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'u32'; readonly value: number }
  | { readonly type: 'f32'; readonly value: number }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

/** A tensor as a header claims it to be; `dims` are fastest first. */
export interface GgufTensorClaim {
  readonly name: string;
  readonly dims: readonly number[];
  readonly type: number;
  readonly offset: number;
}

const ALIGNMENT = 32;

/** Encodes a GGUF version 3 file from whatever it is told, true or not. */
export function writeGguf(
  metadata: Readonly<Record<string, GgufValue>>,
  tensors: readonly GgufTensorClaim[],
  data: Uint8Array,
): Uint8Array {
  const header: number[] = [];
  const bytes = (values: Uint8Array): void => {
    for (const value of values) header.push(value);
  };
  const u32 = (value: number): void => bytes(new Uint8Array(Uint32Array.of(value).buffer));
  const u64 = (value: number): void =>
    bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  const text = (value: string): void => {
    const encoded = new TextEncoder().encode(value);
    u64(encoded.length);
    bytes(encoded);
  };
  bytes(new TextEncoder().encode('GGUF'));
  u32(3);
  u64(tensors.length);
  u64(Object.keys(metadata).length);
  for (const [key, item] of Object.entries(metadata)) {
    text(key);
    if (item.type === 'string') {
      u32(8);
      text(item.value);
    } else if (item.type === 'u32') {
      u32(4);
      u32(item.value);
    } else if (item.type === 'f32') {
      u32(6);
      bytes(new Uint8Array(Float32Array.of(item.value).buffer));
    } else if (item.type === 'strings') {
      u32(9);
      u32(8);
      u64(item.value.length);
      item.value.forEach(text);
    } else {
      u32(9);
      u32(5);
      u64(item.value.length);
      item.value.forEach(u32);
    }
  }
  for (const { name, dims, type, offset } of tensors) {
    text(name);
    u32(dims.length);
    dims.forEach(u64);
    u32(type);
    u64(offset);
  }
  const dataStart = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const file = new Uint8Array(dataStart + data.length);
  file.set(header);
  file.set(data, dataStart);
  return file;
}

/** Metadata of the tiny model, with a tokenizer that takes whole words. */
export function tinyMetadata(): Record<string, GgufValue> {
  const u32 = (value: number): GgufValue => ({ type: 'u32', value });
  return {
    'general.architecture': { type: 'string', value: 'llama' },
    'llama.block_count': u32(tinyConfig.layers),
    'llama.context_length': u32(tinyConfig.maxPositions),
    'llama.embedding_length': u32(tinyConfig.hiddenSize),
    'llama.feed_forward_length': u32(tinyConfig.intermediateSize),
    'llama.attention.head_count': u32(tinyConfig.heads),
    'llama.attention.head_count_kv': u32(tinyConfig.kvHeads),
    'llama.attention.layer_norm_rms_epsilon': { type: 'f32', value: tinyConfig.rmsNormEps },
    'llama.rope.freq_base': { type: 'f32', value: tinyConfig.ropeTheta },
    'tokenizer.ggml.model': { type: 'string', value: 'gpt2' },
    'tokenizer.ggml.pre': { type: 'string', value: 'llama-bpe' },
    'tokenizer.ggml.tokens': { type: 'strings', value: tinyWords },
    'tokenizer.ggml.token_type': {
      type: 'i32s',
      value: tinyWords.map((_, id) => (id < 3 ? 3 : 1)),
    },
    'tokenizer.ggml.merges': { type: 'strings', value: [] },
    'tokenizer.ggml.eos_token_id': u32(2),
    'tokenizer.chat_template': { type: 'string', value: tinyTemplate },
  };
}

/** Tensor entries and F32 data of the tiny model, in llama.cpp's names and row order. */
export function tinyGgufTensors(): { tensors: GgufTensorClaim[]; data: Uint8Array } {
  const weights = tinyWeights();
  const tensors: GgufTensorClaim[] = [];
  const parts: number[] = [];
  for (const name of ggufNames(tinyConfig)) {
    const tensor = weights.get(huggingFaceName(name)!)!;
    const values = inGgufOrder(name, tensor);
    tensors.push({ name, dims: tensor.shape.toReversed(), type: 0, offset: parts.length });
    parts.push(...new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }
  return { tensors, data: Uint8Array.from(parts) };
}

function ggufNames({ layers }: ModelConfig): string[] {
  const inBlock = [
    'attn_norm',
    'attn_q',
    'attn_k',
    'attn_v',
    'attn_output',
    'ffn_norm',
    'ffn_gate',
    'ffn_up',
    'ffn_down',
  ];
  return [
    'token_embd.weight',
    ...Array.from({ length: layers }, (_, i) =>
      inBlock.map((name) => `blk.${i}.${name}.weight`),
    ).flat(),
    'output_norm.weight',
  ];
}

/** The row order of convert_hf_to_gguf.py: `reshape(heads, 2, half, columns).swapaxes(1, 2)`. */
function inGgufOrder(name: string, { shape, data }: Tensor): Float32Array {
  const { headDim } = tinyConfig;
  if (!/attn_[qk]\./.test(name)) return data;
  const columns = shape[1]!;
  return Float32Array.from(data, (_, at) => {
    const row = Math.floor(at / columns);
    const inHead = row % headDim;
    const source = row - inHead + (inHead % 2) * (headDim / 2) + Math.floor(inHead / 2);
    return data[source * columns + (at % columns)]!;
  });
}
