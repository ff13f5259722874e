import type { DenseTensor, Optimiser } from '../types.ts';

/** First and second moments per tensor. */
export interface AdamWState {
  step: number;
  readonly moments: ReadonlyMap<string, { readonly m: Float32Array; readonly v: Float32Array }>;
}

/** Fresh state for the given tensors. */
export function createAdamW(tensors: ReadonlyMap<string, DenseTensor>): AdamWState {
  const zeros = (t: DenseTensor): Float32Array => new Float32Array(t.data.length);
  return {
    step: 0,
    moments: new Map([...tensors].map(([name, t]) => [name, { m: zeros(t), v: zeros(t) }])),
  };
}

/** Square root of the sum of squares over all gradients. */
export function globalNorm(gradients: Iterable<Float32Array>): number {
  let sum = 0;
  for (const gradient of gradients) {
    for (let i = 0; i < gradient.length; i++) sum += gradient[i]! * gradient[i]!;
  }
  return Math.sqrt(sum);
}

/**
 * Whether weight decay acts on a tensor: on all but norm scales and biases, which are the vectors.
 * The parameter groups of the Hugging Face Trainer (get_decay_parameter_names), embeddings, LoRA
 * factors and prefixes among the decayed.
 */
function isDecayed(shape: readonly number[]): boolean {
  return shape.length > 1;
}

/**
 * One AdamW update in place (Loshchilov and Hutter 2019, algorithm 2), gradients scaled by
 * `gradientScale` (clipping).
 */
export function updateAdamW(
  state: AdamWState,
  tensors: ReadonlyMap<string, DenseTensor>,
  gradients: ReadonlyMap<string, Float32Array>,
  optimiser: Optimiser,
  learningRate: number,
  gradientScale: number,
): void {
  const { beta1, beta2, epsilon, weightDecay } = optimiser;
  state.step++;
  const stepSize = learningRate / (1 - beta1 ** state.step);
  const secondCorrection = 1 / Math.sqrt(1 - beta2 ** state.step);
  for (const [name, { shape, data }] of tensors) {
    const gradient = gradients.get(name)!;
    const { m, v } = state.moments.get(name)!;
    const keep = 1 - learningRate * (isDecayed(shape) ? weightDecay : 0);
    for (let i = 0; i < data.length; i++) {
      const g = gradient[i]! * gradientScale;
      const mi = beta1 * m[i]! + (1 - beta1) * g;
      const vi = beta2 * v[i]! + (1 - beta2) * g * g;
      m[i] = mi;
      v[i] = vi;
      data[i] = data[i]! * keep - (stepSize * mi) / (Math.sqrt(vi) * secondCorrection + epsilon);
    }
  }
}

/**
 * Learning rate of a step (0-based): linear warm-up that leaves out rate 0, then the schedule of
 * transformers from its peak down to `minLearningRateRatio` of it after the last step.
 */
export function learningRateAt(optimiser: Optimiser, step: number, steps: number): number {
  const { learningRate, warmupSteps, schedule, minLearningRateRatio = 0 } = optimiser;
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  const down = (share: number): number =>
    learningRate * (share * (1 - minLearningRateRatio) + minLearningRateRatio);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return down(1 - progress);
    case 'cosine':
      return down(0.5 * (1 + Math.cos(Math.PI * progress)));
    default:
      return schedule satisfies never;
  }
}
