import { ropeFactors } from '../engine/decoder/rope-frequencies.ts';
import { userError } from '../base/errors.ts';
import type { GgufValue } from './gguf-encode.ts';
import { ggufName, ROPE_FACTORS } from './gguf-names.ts';
import { reorderedHeads, toGgufRows } from './gguf-row-order.ts';
import { ggufTokenizerMetadata } from './gguf-tokenizer-metadata.ts';
import type { ModelConfig, Tensor } from './types.ts';
import { neededTensors, type WritableModel } from './writable-model.ts';
import type { WriteOptions } from './write-directory.ts';
import { type GgufTensorSource, writeGgufFile } from './write-gguf-file.ts';

/** Numbers of llama_ftype: what most matrices of the file are. */
const FILE_TYPE = { F32: 0, F16: 1, BF16: 32 } as const;

/**
 * Writes a GGUF file that llama.cpp opens: config, weights, tokenizer and chat template. Matrices
 * are of `dtype`, vectors F32, as llama.cpp's kernels want them. User errors: `output-exists` unless
 * `replace` is set, those of ggufTokenizerMetadata, and `gguf-unsupported` for shapes and RoPE
 * scalings that llama.cpp does not read for this architecture.
 */
export function writeGgufModel(
  path: string,
  model: WritableModel,
  options: WriteOptions = {},
): void {
  const { config, dtype } = model;
  refuseUnreadable(config);
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: config.architecture }],
    ['general.type', { type: 'string', value: 'model' }],
    ['general.file_type', { type: 'u32', value: FILE_TYPE[dtype] }],
    ...lineageMetadata(model),
    ...configMetadata(config),
    ...ggufTokenizerMetadata(model),
  ]);
  const tensors = [...neededTensors(model)].map(([name, tensor]) =>
    ggufTensor(config, name, tensor, dtype),
  );
  writeGgufFile(path, metadata, [...ropeTensor(config), ...tensors], options);
}

function configMetadata(config: ModelConfig): Map<string, GgufValue> {
  const { architecture, ropeScaling } = config;
  const integers = {
    block_count: config.layers,
    context_length: config.maxPositions,
    embedding_length: config.hiddenSize,
    feed_forward_length: config.intermediateSize,
    'attention.head_count': config.heads,
    'attention.head_count_kv': config.kvHeads,
    'attention.key_length': config.headDim,
    'attention.value_length': config.headDim,
    'rope.dimension_count': config.headDim,
    vocab_size: config.vocabSize,
  };
  const metadata = new Map<string, GgufValue>();
  const set = (key: string, value: GgufValue): void =>
    void metadata.set(`${architecture}.${key}`, value);
  for (const [key, value] of Object.entries(integers)) set(key, { type: 'u32', value });
  set('attention.layer_norm_rms_epsilon', { type: 'f32', value: config.rmsNormEps });
  set('rope.freq_base', { type: 'f32', value: config.ropeTheta });
  if (ropeScaling?.type === 'linear') {
    set('rope.scaling.type', { type: 'string', value: 'linear' });
    set('rope.scaling.factor', { type: 'f32', value: ropeScaling.factor });
  }
  return metadata;
}

function lineageMetadata({ lineage }: WritableModel): [string, GgufValue][] {
  if (lineage === undefined) return [];
  return [
    ['general.base_model.count', { type: 'u32', value: 1 }],
    ['general.base_model.0.name', { type: 'string', value: lineage.parent }],
  ];
}

/** What llama.cpp takes for granted in its loaders (llama-model.cpp) of the architectures. */
function refuseUnreadable(config: ModelConfig): void {
  const { architecture, ropeScaling, heads, headDim, hiddenSize } = config;
  const isTable = ropeScaling !== undefined && ropeScaling.type !== 'linear';
  const problem =
    isTable && architecture !== 'llama'
      ? `${ropeScaling.type} RoPE scaling`
      : architecture === 'qwen2' && heads * headDim !== hiddenSize
        ? `${heads} heads of ${headDim} dimensions in a hidden size of ${hiddenSize}`
        : undefined;
  if (problem === undefined) return;
  throw userError(
    'gguf-unsupported',
    `llama.cpp reads no ${architecture} model with ${problem}`,
    'Export the model as a Hugging Face directory.',
  );
}

function ropeTensor(config: ModelConfig): GgufTensorSource[] {
  const { ropeScaling } = config;
  if (ropeScaling === undefined || ropeScaling.type === 'linear') return [];
  const data = ropeFactors(config);
  return [{ name: ROPE_FACTORS, shape: [data.length], dtype: 'F32', data: () => data }];
}

function ggufTensor(
  config: ModelConfig,
  name: string,
  { shape, data }: Tensor,
  dtype: WritableModel['dtype'],
): GgufTensorSource {
  const heads = reorderedHeads(name, config);
  return {
    name: ggufName(name),
    shape,
    dtype: shape.length === 1 ? 'F32' : dtype,
    data: () => (heads === undefined ? data : toGgufRows(data, heads, config.headDim)),
  };
}
