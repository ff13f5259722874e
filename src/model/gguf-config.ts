import { userError } from '../base/errors.ts';
import { checkArchitecture, checkConfig } from './check-config.ts';
import { damaged, type GgufFile } from './gguf.ts';
import { kind, metadataValue, requireMetadata } from './gguf-metadata.ts';
import { decimal, ggufRopeScaling } from './gguf-rope-scaling.ts';
import type { ModelConfig } from './types.ts';

/** RoPE base that llama.cpp assumes when the metadata names none. */
const DEFAULT_ROPE_THETA = 10_000;

/**
 * The model shape from GGUF metadata. User errors: an architecture that is not supported, RoPE
 * scalings other than linear and Llama 3's, partial rotation, sliding windows, missing keys.
 */
export function ggufConfig(file: GgufFile): ModelConfig {
  const name = requireMetadata(file, 'general.architecture', kind.string);
  const architecture = checkArchitecture(file.path, 'architecture', name);
  const required = (key: string): number =>
    requireMetadata(file, `${architecture}.${key}`, kind.integer);
  const optional = (key: string): number | undefined =>
    metadataValue(file, `${architecture}.${key}`, kind.integer);
  const heads = required('attention.head_count');
  const hiddenSize = required('embedding_length');
  const embedding = file.tensors.get('token_embd.weight');
  if (embedding === undefined) throw damaged(file.path, 'tensor "token_embd.weight" is missing');
  const headDim = optional('attention.key_length') ?? hiddenSize / heads;
  const valueDim = optional('attention.value_length') ?? headDim;
  if (valueDim !== headDim) {
    throw unsupported(file, `values of ${valueDim} dimensions per head beside keys of ${headDim}`);
  }
  const rotated = optional('rope.dimension_count') ?? headDim;
  if (rotated !== headDim) {
    throw unsupported(file, `rotation of ${rotated} of ${headDim} dimensions per head`);
  }
  const maxPositions = required('context_length');
  const window = optional('attention.sliding_window') ?? 0;
  if (window > 0 && window < maxPositions) {
    throw unsupported(file, `a sliding window of ${window} tokens`);
  }
  const ropeTheta = decimal(
    metadataValue(file, `${architecture}.rope.freq_base`, kind.number) ?? DEFAULT_ROPE_THETA,
  );
  const ropeScaling = ggufRopeScaling(file, { architecture, headDim, ropeTheta });
  return checkConfig(file.path, {
    architecture,
    vocabSize: embedding.shape[0]!,
    hiddenSize,
    intermediateSize: required('feed_forward_length'),
    layers: required('block_count'),
    heads,
    kvHeads: optional('attention.head_count_kv') ?? heads,
    headDim,
    ropeTheta,
    ...(ropeScaling === undefined ? {} : { ropeScaling }),
    rmsNormEps: decimal(
      requireMetadata(file, `${architecture}.attention.layer_norm_rms_epsilon`, kind.number),
    ),
    maxPositions,
    tiedEmbeddings: !file.tensors.has('output.weight'),
  });
}

function unsupported(file: GgufFile, feature: string): Error {
  return userError(
    'config-unsupported',
    `${file.path} has ${feature}, which is not supported`,
    'Use a model without it.',
  );
}
