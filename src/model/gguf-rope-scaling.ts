import { userError } from '../base/errors.ts';
import { ropeFactors } from '../engine/decoder/rope-frequencies.ts';
import type { DecoderConfig, RopeScaling } from '../engine/types.ts';
import { fileSource } from './byte-source.ts';
import { damaged, type GgufFile } from './gguf.ts';
import { kind, metadataValue } from './gguf-metadata.ts';
import { ROPE_FACTORS } from './gguf-names.ts';
import { dequantise } from './gguf-weights.ts';

/** Every Llama 3.1, 3.2 and 3.3 was published with these, and with its own `factor`. */
const LLAMA3 = {
  type: 'llama3',
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositions: 8192,
} as const;

/**
 * The scaling of the rotary frequencies: a factor in the metadata, or a tensor of divisors. From
 * divisors that are those of the published Llama 3 models the scaling is recovered as config.json
 * has it. User error `rope-unsupported` for any other kind.
 */
export function ggufRopeScaling(
  file: GgufFile,
  config: Pick<DecoderConfig, 'architecture' | 'headDim' | 'ropeTheta'>,
): RopeScaling | undefined {
  const key = `${config.architecture}.rope.scaling`;
  const type = metadataValue(file, `${key}.type`, kind.string) ?? 'none';
  if (type !== 'none' && type !== 'linear') {
    throw userError(
      'rope-unsupported',
      `${file.path} scales its rotary frequencies (${type}); supported: linear, or a tensor ${ROPE_FACTORS}`,
      'Use a model without RoPE scaling.',
    );
  }
  // Older converters wrote the factor without a type.
  const factor =
    metadataValue(file, `${key}.factor`, kind.number) ??
    metadataValue(file, `${config.architecture}.rope.scale_linear`, kind.number) ??
    1;
  const divisors = readDivisors(file, config.headDim);
  if (divisors === undefined) {
    return factor === 1 ? undefined : { type: 'linear', factor: decimal(factor) };
  }
  if (factor !== 1) {
    throw userError('rope-unsupported', `${file.path} has both ${ROPE_FACTORS} and ${key}.factor`);
  }
  const llama3 = {
    ...LLAMA3,
    factor: decimal(divisors.reduce((most, divisor) => Math.max(most, divisor), 0)),
  };
  const published = ropeFactors({ ...config, ropeScaling: llama3 });
  const isPublished = divisors.every((divisor, i) => close(divisor, published[i]!));
  return isPublished ? llama3 : { type: 'factors', factors: [...divisors] };
}

/** GGUF keeps floats as float32; seven digits give back the decimal that was meant (1e-5). */
export function decimal(value: number): number {
  return Number(value.toPrecision(7));
}

function readDivisors(file: GgufFile, headDim: number): Float32Array | undefined {
  const tensor = file.tensors.get(ROPE_FACTORS);
  if (tensor === undefined) return undefined;
  if (tensor.shape.join() !== String(headDim / 2)) {
    throw damaged(file.path, `tensor "${ROPE_FACTORS}" is not one row of ${headDim / 2} numbers`);
  }
  const source = fileSource(file.path);
  try {
    return dequantise(source, tensor);
  } finally {
    source.close();
  }
}

/** Converters compute the divisors in float32 or float64, in an order of their own. */
function close(a: number, b: number): boolean {
  return Math.abs(a - b) <= 1e-5 * b;
}
