import type { JsonObject } from '../base/json.ts';
import type { Capacity, Optimiser } from '../backends/backend.ts';

/** What every way of training shares: how long, how fast, and how much may change. */
export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly capacity: Capacity;
}

/** The options as step parameters. */
export function trainingParams(options: TrainingOptions): JsonObject {
  const { epochs, batchSize, optimiser, capacity } = options;
  const { learningRate, warmupSteps, schedule, weightDecay, maxGradNorm, beta1, beta2, epsilon } =
    optimiser;
  return {
    epochs,
    batchSize,
    optimiser: {
      learningRate,
      warmupSteps,
      schedule,
      weightDecay,
      maxGradNorm,
      beta1,
      beta2,
      epsilon,
    },
    capacity:
      capacity.kind === 'full'
        ? { kind: 'full' }
        : {
            kind: 'lora',
            rank: capacity.rank,
            alpha: capacity.alpha,
            targets: [...capacity.targets],
          },
  };
}
