import { EMBEDDING, LM_HEAD } from './expected-tensors.ts';

/** llama.cpp's names inside a block, and the Hugging Face names inside a layer. */
const LAYER_NAMES: ReadonlyMap<string, string> = new Map([
  ['attn_norm', 'input_layernorm'],
  ['attn_q', 'self_attn.q_proj'],
  ['attn_k', 'self_attn.k_proj'],
  ['attn_v', 'self_attn.v_proj'],
  ['attn_q_norm', 'self_attn.q_norm'],
  ['attn_k_norm', 'self_attn.k_norm'],
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
const GGUF_LAYER_NAMES = inverse(LAYER_NAMES);
const GGUF_TOP_NAMES = inverse(TOP_NAMES);

/** Divisors of the rotary frequencies: a tensor in GGUF, part of the config everywhere else. */
export const ROPE_FACTORS = 'rope_freqs.weight';

/** The Hugging Face name of a GGUF tensor; undefined when it has none. */
export function huggingFaceName(ggufName: string): string | undefined {
  const match = /^blk\.(0|[1-9]\d*)\.(\w+)\.(weight|bias)$/.exec(ggufName);
  if (match === null) return TOP_NAMES.get(ggufName);
  const name = LAYER_NAMES.get(match[2]!);
  return name === undefined ? undefined : `model.layers.${Number(match[1])}.${name}.${match[3]}`;
}

/** The GGUF name of a Hugging Face tensor; throws RangeError for one that a decoder has not. */
export function ggufName(huggingFace: string): string {
  const match = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(huggingFace);
  const name = match === null ? GGUF_TOP_NAMES.get(huggingFace) : GGUF_LAYER_NAMES.get(match[2]!);
  if (name === undefined) throw new RangeError(`no GGUF tensor holds ${huggingFace}`);
  return match === null ? name : `blk.${match[1]}.${name}.${match[3]}`;
}

function inverse(names: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...names].map(([from, to]) => [to, from]));
}
