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

/** A state that can be advanced without touching the first. */
export function copyAdamW({ step, moments }: AdamWState): AdamWState {
  return {
    step,
    moments: new Map(
      [...moments].map(([name, { m, v }]) => [name, { m: m.slice(), v: v.slice() }]),
    ),
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
 * One AdamW update in place (Loshchilov and Hutter 2019, algorithm 2), gradients scaled by
 * `gradientScale` (clipping). Weight decay acts on matrices only, not on norm scales.
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
    const keep = 1 - learningRate * (shape.length > 1 ? weightDecay : 0);
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

/** Learning rate of a step (0-based): linear warm-up, then the schedule down to 0 after the last step. */
export function learningRateAt(optimiser: Optimiser, step: number, steps: number): number {
  const { learningRate, warmupSteps, schedule } = optimiser;
  if (step < warmupSteps) return (learningRate * (step + 1)) / (warmupSteps + 1);
  const progress = (step - warmupSteps) / Math.max(1, steps - warmupSteps);
  switch (schedule) {
    case 'constant':
      return learningRate;
    case 'linear':
      return learningRate * (1 - progress);
    case 'cosine':
      return learningRate * 0.5 * (1 + Math.cos(Math.PI * progress));
    default:
      return schedule satisfies never;
  }
}
