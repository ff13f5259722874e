import type { DecoderConfig, RopeScaling } from '../types.ts';

/**
 * Radians per position of each of the headDim / 2 rotated pairs: θ^(−2i / headDim) (Su et al. 2021,
 * eq. 15), slowed down as `ropeScaling` says. Rounded to float32 after each operation, as in the
 * implementation that the models were trained with: at position 8,000 one rounding of a frequency
 * moves the angle by 5e-4.
 */
export function ropeFrequencies(
  config: Pick<DecoderConfig, 'headDim' | 'ropeTheta' | 'ropeScaling'>,
): Float32Array {
  const { headDim, ropeTheta, ropeScaling } = config;
  const plain = Float32Array.from({ length: headDim / 2 }, (_, i) => {
    const power = Math.fround(ropeTheta ** Math.fround((2 * i) / headDim));
    return 1 / power;
  });
  return ropeScaling === undefined ? plain : scaled(plain, ropeScaling);
}

/** What each of the frequencies is divided by: the form in which GGUF files hold the scaling. */
export function ropeFactors(
  config: Pick<DecoderConfig, 'headDim' | 'ropeTheta' | 'ropeScaling'>,
): Float32Array {
  const { ropeScaling, ...unscaled } = config;
  const plain = ropeFrequencies(unscaled);
  switch (ropeScaling?.type) {
    case undefined:
      return plain.fill(1);
    case 'linear':
      return plain.fill(ropeScaling.factor);
    case 'llama3':
      return plain.map((frequency) => 1 / llama3Share(frequency, ropeScaling));
    case 'factors':
      return Float32Array.from(ropeScaling.factors);
  }
}

function scaled(plain: Float32Array, scaling: RopeScaling): Float32Array {
  switch (scaling.type) {
    // Position interpolation (Chen et al. 2023).
    case 'linear':
      return plain.map((frequency) => frequency / scaling.factor);
    case 'llama3':
      return plain.map((frequency) => frequency * llama3Share(frequency, scaling));
    case 'factors':
      return plain.map((frequency, i) => frequency / scaling.factors[i]!);
  }
}

/**
 * Share of a frequency that Llama 3.1 keeps (Grattafiori et al. 2024; `apply_scaling` of its
 * reference code): all of it where the original context holds more than `highFreqFactor` turns,
 * 1 / factor where it holds fewer than `lowFreqFactor`, linear in the number of turns between.
 */
function llama3Share(frequency: number, scaling: Extract<RopeScaling, { type: 'llama3' }>): number {
  const { factor, lowFreqFactor: low, highFreqFactor: high, originalMaxPositions } = scaling;
  const turns = (originalMaxPositions * frequency) / (2 * Math.PI);
  if (turns > high) return 1;
  if (turns < low) return 1 / factor;
  const smooth = (turns - low) / (high - low);
  return (1 - smooth) / factor + smooth;
}
