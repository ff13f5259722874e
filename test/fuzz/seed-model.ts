import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JsonObject } from '../../src/base/json.ts';
import { peftNames } from '../../src/model/peft-names.ts';
import {
  type GgufValue,
  tinyGgufTensors,
  tinyMetadata,
  writeGguf,
} from '../../src/model/gguf.fixture.ts';
import { writeSafetensors } from '../../src/model/safetensors.ts';
import {
  tinyConfig,
  tinyTemplate,
  tinyTokenizer,
  tinyWeights,
} from '../../src/model/tiny-model.fixture.ts';
import type { ModelConfig, Tensor } from '../../src/model/types.ts';

/** The smallest model with everything: grouped-query attention, one layer. */
const config: ModelConfig = {
  ...tinyConfig,
  hiddenSize: 8,
  intermediateSize: 8,
  layers: 1,
  heads: 2,
  kvHeads: 1,
  headDim: 4,
};

const text = (value: string): Uint8Array => new TextEncoder().encode(value);
const json = (value: unknown): Uint8Array => text(JSON.stringify(value));

/** A byte-level BPE tokenizer with merges; the words are those of the tiny model and more. */
function mergingTokenizer(): JsonObject {
  const base = tinyTokenizer();
  const words = [
    '<unk>',
    '<|im_start|>',
    '<|im_end|>',
    'Ċ',
    'o',
    'w',
    'l',
    'ow',
    'owl',
    'Ġ',
    'Ġowl',
  ];
  return {
    ...base,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      merges: ['o w', 'ow l', 'Ġ owl'],
    },
    pre_tokenizer: {
      type: 'Sequence',
      pretokenizers: [
        {
          type: 'Split',
          pattern: { Regex: "(?i:'s|'t)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}|\\s+" },
          behavior: 'Isolated',
          invert: false,
        },
        { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true, use_regex: false },
      ],
    },
  };
}

function unigramTokenizer(): JsonObject {
  return {
    ...tinyTokenizer(),
    normalizer: { type: 'Sequence', normalizers: [{ type: 'NFKC' }, { type: 'Lowercase' }] },
    pre_tokenizer: { type: 'Metaspace', replacement: '▁', prepend_scheme: 'always' },
    decoder: {
      type: 'Sequence',
      decoders: [
        { type: 'Replace', pattern: { String: '▁' }, content: ' ' },
        { type: 'ByteFallback' },
        { type: 'Fuse' },
        { type: 'Strip', content: ' ', start: 1, stop: 0 },
      ],
    },
    model: {
      type: 'Unigram',
      unk_id: 0,
      vocab: [
        ['<unk>', 0],
        ['<|im_start|>', 0],
        ['<|im_end|>', 0],
        ['▁owl', -2],
        ['o', -4],
        ['w', -4],
        ['l', -4],
        ['▁', -3],
      ],
    },
  };
}

function wordPieceTokenizer(): JsonObject {
  return {
    ...tinyTokenizer(),
    normalizer: { type: 'BertNormalizer', clean_text: true, lowercase: true },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '<unk>',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab: { '<unk>': 0, '<|im_start|>': 1, '<|im_end|>': 2, ow: 3, '##l': 4, hello: 5 },
    },
  };
}

/** Valid tokenizers of every kind. */
export const seedTokenizers: readonly JsonObject[] = [
  tinyTokenizer(),
  mergingTokenizer(),
  unigramTokenizer(),
  wordPieceTokenizer(),
];

/** A valid config.json. */
export const seedConfig: JsonObject = {
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: config.vocabSize,
  hidden_size: config.hiddenSize,
  intermediate_size: config.intermediateSize,
  num_hidden_layers: config.layers,
  num_attention_heads: config.heads,
  num_key_value_heads: config.kvHeads,
  head_dim: config.headDim,
  hidden_act: 'silu',
  rms_norm_eps: config.rmsNormEps,
  max_position_embeddings: config.maxPositions,
  tie_word_embeddings: true,
  attention_bias: false,
  mlp_bias: false,
  rope_theta: config.ropeTheta,
  rope_scaling: null,
  eos_token_id: [2],
};

/** A valid tokenizer_config.json with its template inside. */
export const seedTokenizerConfig: JsonObject = {
  tokenizer_class: 'PreTrainedTokenizerFast',
  eos_token: '<|im_end|>',
  bos_token: { content: '<|im_start|>', lstrip: false, special: true },
  pad_token: '<|im_end|>',
  unk_token: '<unk>',
  additional_special_tokens: ['<|im_start|>', '<|im_end|>'],
  clean_up_tokenization_spaces: false,
  chat_template: [
    { name: 'default', template: tinyTemplate },
    { name: 'tools', template: '{{ messages }}' },
  ],
};

/** Valid weights, whole and in two shards with their index. */
export const seedWeights: Uint8Array = writeSafetensors(tinyWeights(config), { dtype: 'BF16' });
const halves = [0, 1].map((half) => [...tinyWeights(config)].filter((_, at) => at % 2 === half));
const shardNames = ['model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'];
/** Shards by file name. */
export const seedShards: ReadonlyMap<string, Uint8Array> = new Map(
  shardNames.map((name, at) => [name, writeSafetensors(new Map(halves[at]), { dtype: 'F32' })]),
);
/** The index that belongs to them. */
export const seedIndex: JsonObject = {
  metadata: { total_size: 2_048 },
  weight_map: Object.fromEntries(
    halves.flatMap((half, at) => half.map(([name]) => [name, shardNames[at]!])),
  ),
};

const adapterTensors = ['q_proj', 'o_proj'].flatMap((layer): [string, Tensor][] => {
  const { a, b } = peftNames(`model.layers.0.self_attn.${layer}.weight`);
  return [
    [a, { shape: [2, 8], data: new Float32Array(16).fill(0.5) }],
    [b, { shape: [8, 2], data: new Float32Array(16).fill(0.25) }],
  ];
});
/** A valid PEFT adapter of two layers: weights and config. */
export const seedAdapter: Uint8Array = writeSafetensors(new Map(adapterTensors), { dtype: 'F32' });
export const seedAdapterConfig: JsonObject = {
  peft_type: 'LORA',
  task_type: 'CAUSAL_LM',
  r: 2,
  lora_alpha: 4,
  target_modules: ['q_proj', 'o_proj'],
  bias: 'none',
  fan_in_fan_out: false,
  modules_to_save: null,
  rank_pattern: {},
  use_rslora: false,
  use_dora: false,
};
/** The same adapter as a GGUF file. */
export const seedGgufAdapter = {
  metadata: {
    'general.architecture': { type: 'string', value: 'llama' },
    'general.type': { type: 'string', value: 'adapter' },
    'adapter.type': { type: 'string', value: 'lora' },
    'adapter.lora.alpha': { type: 'f32', value: 4 },
  } satisfies Readonly<Record<string, GgufValue>>,
  tensors: ['blk.0.attn_q.weight', 'blk.0.attn_output.weight'].flatMap((name, at) => [
    { name: `${name}.lora_a`, dims: [8, 2], type: 0, offset: at * 128 },
    { name: `${name}.lora_b`, dims: [2, 8], type: 0, offset: at * 128 + 64 },
  ]),
  data: new Uint8Array(256),
};

/** Metadata and tensors of a valid GGUF file, and the file. */
export const seedGguf = { metadata: tinyMetadata(), ...tinyGgufTensors() };
/** The bytes of that file. */
export const seedGgufFile: Uint8Array = writeGguf(
  seedGguf.metadata,
  seedGguf.tensors,
  seedGguf.data,
);

/** The files of a valid Hugging Face directory. */
export const seedFiles: ReadonlyMap<string, Uint8Array> = new Map([
  ['config.json', json(seedConfig)],
  ['generation_config.json', json({ eos_token_id: 2 })],
  ['tokenizer.json', json(seedTokenizers[0])],
  ['tokenizer_config.json', json({ ...seedTokenizerConfig, chat_template: tinyTemplate })],
  ['model.safetensors', seedWeights],
  ['adapter_config.json', json(seedAdapterConfig)],
  ['adapter_model.safetensors', seedAdapter],
]);

/** Writes files into a new or existing folder. */
export function writeFiles(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(folder, name), bytes);
}
