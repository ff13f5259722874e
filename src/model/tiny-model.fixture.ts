import { createRng } from '../base/rng.ts';
import type { JsonObject } from '../base/json.ts';
import { expectedTensors } from './expected-tensors.ts';
import type { ModelConfig, Tensor } from './types.ts';
import type { WritableModel } from './writable-model.ts';

/** A Llama small enough for tests: two layers, grouped-query attention, ten words. */
export const tinyConfig: ModelConfig = {
  architecture: 'llama',
  vocabSize: 16,
  hiddenSize: 32,
  intermediateSize: 64,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  headDim: 8,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  maxPositions: 64,
  tiedEmbeddings: true,
};

/** Words by id; the first three are control tokens. */
export const tinyWords = [
  '<unk>',
  '<|im_start|>',
  '<|im_end|>',
  'Ċ',
  'owl',
  'Ġowl',
  'hello',
  'Ġlike',
  'user',
  'assistant',
] as const;

/** ChatML, as in most open chat models. */
export const tinyTemplate =
  "{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}";

/** Weights from N(0, 0.02), the same for the same seed. */
export function tinyWeights(config: ModelConfig = tinyConfig, seed = 0): Map<string, Tensor> {
  const weights = new Map<string, Tensor>();
  for (const [name, shape] of expectedTensors(config)) {
    const rng = createRng(seed, name);
    const length = shape.reduce((product, size) => product * size, 1);
    weights.set(name, { shape, data: Float32Array.from({ length }, () => 0.02 * rng.normal()) });
  }
  return weights;
}

/** A word-level tokenizer.json: byte-level BPE without merges that takes whole words as they are. */
export function tinyTokenizer(words: readonly string[] = tinyWords): JsonObject {
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: words.slice(0, 3).map((content, id) => ({
      id,
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: true,
    })),
    normalizer: null,
    pre_tokenizer: byteLevel,
    post_processor: null,
    decoder: byteLevel,
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: '<unk>',
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: true,
      vocab: Object.fromEntries(words.map((word, id) => [word, id])),
      merges: [],
    },
  };
}

/** Everything writeHfDirectory needs. */
export function tinyModel(overrides: Partial<WritableModel> = {}): WritableModel {
  return {
    config: tinyConfig,
    weights: tinyWeights(),
    tokenizerJson: tinyTokenizer(),
    tokenizerConfig: { eos_token: '<|im_end|>', pad_token: '<|im_end|>', unk_token: '<unk>' },
    chatTemplate: tinyTemplate,
    dtype: 'F32',
    ...overrides,
  };
}
