import { workError } from '../../base/errors.ts';
import { createRng } from '../../base/rng.ts';
import { loraShapes } from '../decoder/parameters.ts';
import type { Bucket } from '../packing.ts';
import type { SessionCache } from '../session-cache.ts';
import type { TensorData } from '../session.ts';
import { sizeOf } from '../graph/value.ts';
import type {
  Capacity,
  DenseTensor,
  DecoderConfig,
  NamedTensors,
  Objective,
  Optimiser,
  TokenExample,
  TrainProgress,
} from '../types.ts';
import {
  type AdamWState,
  copyAdamW,
  createAdamW,
  globalNorm,
  learningRateAt,
  updateAdamW,
} from './adamw.ts';
import { planBatches, type PlannedBatch } from './batches.ts';
import { batchingOf, lossSpec } from './loss-spec.ts';
import { objectiveFeeds } from './objective-feeds.ts';
import { GRADIENT, trainingGraph, type TrainingGraphSpec } from './training-graph.ts';

export interface TrainOptions {
  readonly config: DecoderConfig;
  /** Left unchanged. */
  readonly weights: NamedTensors;
  readonly capacity: Capacity;
  readonly examples: readonly TokenExample[];
  readonly objective: Objective;
  readonly epochs: number;
  /** Examples per optimiser step. */
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly seed: string;
  /** Goes on from here instead of from fresh tensors and moments; left unchanged. */
  readonly start?: TrainState;
  /** Steps that the learning rate is scheduled over, those before `start` included; those of this call when absent. */
  readonly scheduledSteps?: number;
  /** The `bucket` of earlier training on like examples: spares compiling a session for other shapes. */
  readonly atLeast?: Bucket;
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** Where training stands: enough to go on as if it had not stopped. */
export interface TrainState {
  readonly tensors: ReadonlyMap<string, DenseTensor>;
  readonly optimiser: AdamWState;
}

export interface Trained {
  /** All weights (`full`) or the LoRA factors (`lora`), under engine names. */
  readonly tensors: ReadonlyMap<string, DenseTensor>;
  readonly losses: readonly number[];
  readonly tokens: number;
  readonly state: TrainState;
  readonly bucket: Bucket;
}

/**
 * Trains a model. The loss of a step is the mean over completion tokens of its batch, however the
 * batch is split over runs. Stops with a work error naming the step when a loss is not finite.
 */
export async function trainModel(cache: SessionCache, options: TrainOptions): Promise<Trained> {
  const { config, weights, capacity, objective, optimiser, seed } = options;
  const plan = planBatches(options.examples, {
    ...options,
    ...batchingOf(objective, config.vocabSize),
  });
  const loss = lossSpec(objective, plan.groups);
  const spec: TrainingGraphSpec = { config, capacity, bucket: plan.bucket, loss };
  const session = await cache.get({ train: spec }, () => trainingGraph(spec));
  const { start } = options;
  const trained =
    start === undefined
      ? capacity.kind === 'full'
        ? copyOf(weights)
        : initLora(config, capacity, seed)
      : copyOf(start.tensors);
  const feeds = new Map<string, TensorData>();
  for (const [name, tensor] of [...weights, ...trained]) feeds.set(name, tensor.data);
  const lesson = objectiveFeeds(cache, options, plan);
  const state = start === undefined ? createAdamW(trained) : copyAdamW(start.optimiser);
  const scheduledSteps = options.scheduledSteps ?? state.step + plan.batches.length;
  const sums = new Map([...trained].map(([name, t]) => [name, new Float32Array(t.data.length)]));
  const losses: number[] = [];
  let tokens = 0;

  const runBatch = async (batch: PlannedBatch): Promise<number> => {
    let loss = 0;
    for (const sum of sums.values()) sum.fill(0);
    for (const [name, data] of await lesson.ofBatch(batch, feeds)) feeds.set(name, data);
    for (const packed of batch.runs()) {
      for (const [name, data] of lesson.ofRun(packed, batch)) feeds.set(name, data);
      await session.run(feeds);
      loss += Number(session.output('loss')[0]);
      for (const [name, sum] of sums) accumulate(sum, session.output(GRADIENT + name));
      tokens += packed.tokens;
    }
    return loss;
  };

  for (const [step, batch] of plan.batches.entries()) {
    const loss = await runBatch(batch);
    const gradNorm = globalNorm(sums.values());
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) {
      throw workError(
        'training-diverged',
        `training diverged at step ${step + 1} of ${plan.batches.length}: loss ${loss}, gradient norm ${gradNorm}, examples ${batch.examples.join(', ')}`,
        'lower optimiser.learningRate or optimiser.maxGradNorm in the study file',
      );
    }
    const clip = Math.min(1, optimiser.maxGradNorm / (gradNorm + 1e-6));
    const learningRate = learningRateAt(optimiser, state.step, scheduledSteps);
    updateAdamW(state, trained, sums, optimiser, learningRate, clip);
    losses.push(loss);
    options.onProgress?.({
      step: step + 1,
      steps: plan.batches.length,
      loss,
      gradNorm,
      tokens,
    });
  }
  return {
    tensors: trained,
    losses,
    tokens,
    state: { tensors: trained, optimiser: state },
    bucket: plan.bucket,
  };
}

function accumulate(sum: Float32Array, gradient: TensorData): void {
  for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + Number(gradient[i]!);
}

function copyOf(weights: NamedTensors): Map<string, DenseTensor> {
  return new Map(
    [...weights].map(([name, { shape, data }]) => [name, { shape, data: data.slice() }]),
  );
}

/** A uniform in ±1/√in (PEFT's Kaiming initialisation with a = √5), B zero. */
function initLora(
  config: DecoderConfig,
  capacity: Extract<Capacity, { kind: 'lora' }>,
  seed: string,
): Map<string, DenseTensor> {
  const factors = new Map<string, DenseTensor>();
  for (const [name, shape] of loraShapes(config, capacity)) {
    const data = new Float32Array(sizeOf(shape));
    if (name.includes('lora_A')) {
      const rng = createRng(seed, 'lora', name);
      const bound = 1 / Math.sqrt(shape[1]!);
      for (let i = 0; i < data.length; i++) data[i] = (2 * rng.next() - 1) * bound;
    }
    factors.set(name, { shape, data });
  }
  return factors;
}
