import { userError } from '../base/errors.ts';
import { checkConfig, SUPPORTED_ARCHITECTURES } from './check-config.ts';
import { damaged, type GgufFile } from './gguf.ts';
import { kind, metadataValue, requireMetadata } from './gguf-metadata.ts';
import type { ModelConfig } from './types.ts';

/** RoPE base that llama.cpp assumes when the metadata names none. */
const DEFAULT_ROPE_THETA = 10_000;

/**
 * The model shape from GGUF metadata. User errors: an architecture other than `llama`, RoPE
 * scaling, missing keys.
 */
export function ggufConfig(file: GgufFile): ModelConfig {
  const architecture = requireMetadata(file, 'general.architecture', kind.string);
  if (architecture !== 'llama') {
    throw userError(
      'architecture-unsupported',
      `${file.path} has the architecture "${architecture}"; supported: ${SUPPORTED_ARCHITECTURES}`,
      'Use a Llama-family model.',
    );
  }
  refuseRopeScaling(file);
  const integer = (key: string): number => requireMetadata(file, `llama.${key}`, kind.integer);
  const heads = integer('attention.head_count');
  const hiddenSize = integer('embedding_length');
  const embedding = file.tensors.get('token_embd.weight');
  if (embedding === undefined) throw damaged(file.path, 'tensor "token_embd.weight" is missing');
  const headDim =
    metadataValue(file, 'llama.attention.key_length', kind.integer) ?? hiddenSize / heads;
  const rotated = metadataValue(file, 'llama.rope.dimension_count', kind.integer) ?? headDim;
  if (rotated !== headDim) {
    throw userError(
      'rope-unsupported',
      `${file.path} rotates ${rotated} of ${headDim} dimensions per head; only full rotation is supported`,
    );
  }
  return checkConfig(file.path, {
    architecture: 'llama',
    vocabSize: embedding.shape[0]!,
    hiddenSize,
    intermediateSize: integer('feed_forward_length'),
    layers: integer('block_count'),
    heads,
    kvHeads: metadataValue(file, 'llama.attention.head_count_kv', kind.integer) ?? heads,
    headDim,
    ropeTheta: decimal(
      metadataValue(file, 'llama.rope.freq_base', kind.number) ?? DEFAULT_ROPE_THETA,
    ),
    rmsNormEps: decimal(
      requireMetadata(file, 'llama.attention.layer_norm_rms_epsilon', kind.number),
    ),
    maxPositions: integer('context_length'),
    tiedEmbeddings: !file.tensors.has('output.weight'),
  });
}

function refuseRopeScaling(file: GgufFile): void {
  const scaling = metadataValue(file, 'llama.rope.scaling.type', kind.string) ?? 'none';
  if (scaling !== 'none' || file.tensors.has('rope_freqs.weight')) {
    throw userError(
      'rope-unsupported',
      `${file.path} scales its rotary frequencies (${scaling === 'none' ? 'rope_freqs.weight' : scaling}), which is not supported`,
      'Use a Llama-family model without RoPE scaling.',
    );
  }
}

/** GGUF keeps floats as float32; seven digits give back the decimal that was meant (1e-5). */
function decimal(value: number): number {
  return Number(value.toPrecision(7));
}
