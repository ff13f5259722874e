import { workError } from '../../base/errors.ts';
import { prefixLength } from '../decoder/adapters.ts';
import type { Bucket } from '../packing.ts';
import type { SessionCache } from '../session-cache.ts';
import type { TensorData } from '../session.ts';
import type {
  Capacity,
  DecoderConfig,
  DenseTensor,
  NamedTensors,
  Objective,
  Optimiser,
  TokenExample,
  TrainProgress,
} from '../types.ts';
import { type AdamWState, createAdamW, globalNorm, learningRateAt, updateAdamW } from './adamw.ts';
import {
  MAX_RUN_TOKENS,
  type PackOptions,
  planBatches,
  type PlannedBatch,
  type TrainingLength,
} from './batches.ts';
import { initTrained, trainablePart } from './init-trained.ts';
import { batchingOf, lossSpec } from './loss-spec.ts';
import { objectiveFeeds } from './objective-feeds.ts';
import { bucketCost } from './shape-buckets.ts';
import { GRADIENT, trainingGraph, type TrainingGraphSpec } from './training-graph.ts';

export interface TrainOptions
  extends TrainingLength, Pick<PackOptions, 'maxRunTokens' | 'headRows' | 'atLeast'> {
  readonly config: DecoderConfig;
  /** Left unchanged. Must hold no prefix. */
  readonly weights: NamedTensors;
  readonly capacity: Capacity;
  readonly examples: readonly TokenExample[];
  readonly objective: Objective;
  /** Examples per optimiser step, or pairs where the objective compares pairs. */
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly seed: string;
  /** Text whose first tokens initialise a prefix; the examples, one after the other, when absent. */
  readonly prefixIds?: readonly number[];
  /** Stops after this share of the steps, 0 … 1: what the whole training is at that point, bit for bit. */
  readonly stopAtShare?: number | undefined;
  /** Where to go on from, with the same options; it is changed in place. */
  readonly start?: TrainState;
  /** Place of this call in a training of several calls on different examples; the whole when absent. */
  readonly round?: TrainingRound;
  readonly checkpoint?: Checkpointing;
  readonly onProgress?: (progress: TrainProgress) => void;
}

/**
 * One of several calls that make up one training, such as a round of on-policy distillation: each
 * call starts from what the one before returned. `firstStep` is the number of steps before it,
 * `steps` that of the whole training, which the learning rate follows.
 */
export interface TrainingRound {
  readonly firstStep: number;
  readonly steps: number;
}

/** When to keep the state of training. What is kept must be copied: training goes on in place. */
export interface Checkpointing {
  /** Asked after every step but the last. */
  readonly isDue: () => boolean;
  readonly save: (state: TrainState) => void;
}

/**
 * Everything training has come to: what is kept of it, and what going on needs. The order of
 * examples follows from seed and epoch, so the number of steps (of losses) says what comes next.
 */
export interface TrainState {
  /** All weights (`full`), the LoRA factors (`lora`) or the prefix (`prefix`), under engine names. */
  readonly tensors: ReadonlyMap<string, DenseTensor>;
  /** Of every step, in nats per completion token. */
  readonly losses: readonly number[];
  /** Prompt and completion tokens processed. */
  readonly tokens: number;
  readonly adamW: AdamWState;
}

export interface Trained extends TrainState {
  /** Shape bucket that fitted every run: `atLeast` of further training on like examples. */
  readonly bucket: Bucket;
}

/**
 * Trains a model. The loss of a step is the mean over completion tokens of its batch, however the
 * batch is split over runs. Going on from `start` gives what an uninterrupted training would have
 * given, bit for bit. Stops with the work error `training-diverged`, naming step and examples, when
 * a loss or gradient is not finite; throws RangeError when the options contradict each other.
 */
export async function trainModel(cache: SessionCache, options: TrainOptions): Promise<Trained> {
  const { config, weights, capacity, examples, objective, optimiser } = options;
  if (prefixLength(weights) > 0) throw new RangeError('a model with a prefix cannot be trained on');
  const { maxRunTokens = Infinity, ...batching } = batchingOf(objective, config.vocabSize);
  const plan = planBatches(examples, {
    ...options,
    ...batching,
    maxRunTokens: Math.min(options.maxRunTokens ?? MAX_RUN_TOKENS, maxRunTokens),
    cost: (bucket) => bucketCost(config, bucket),
  });
  const { batches } = plan;
  const loss = lossSpec(objective, plan.groups);
  const runners = await Promise.all(
    plan.buckets.map(async (bucket) => {
      const spec: TrainingGraphSpec = { config, capacity, bucket, loss };
      const session = await cache.get({ train: spec }, () => trainingGraph(spec));
      return { session, lesson: objectiveFeeds(cache, options, { ...plan, bucket }) };
    }),
  );
  const start = options.start ?? (await freshStart(cache, options));
  const { tensors, adamW } = start;
  const trainable = trainablePart(capacity, tensors);
  const feeds = new Map<string, TensorData>();
  for (const [name, tensor] of [...weights, ...tensors]) feeds.set(name, tensor.data);
  const sums = new Map(
    [...trainable].map(([name, { data }]) => [name, new Float32Array(data.length)]),
  );
  const losses = [...start.losses];
  let { tokens } = start;

  const runBatch = async (batch: PlannedBatch): Promise<number> => {
    let sum = 0;
    let isFirst = true;
    const shared = await runners[0]!.lesson.ofBatch(batch, feeds);
    for (const [name, data] of shared) feeds.set(name, data);
    for (const { bucket, packed } of batch.runs()) {
      const { session, lesson } = runners[bucket]!;
      for (const [name, data] of lesson.ofRun(packed, batch)) feeds.set(name, data);
      await session.run(feeds);
      sum += Number(session.output('loss')[0]);
      for (const [name, total] of sums) accumulate(total, session.output(GRADIENT + name), isFirst);
      isFirst = false;
      tokens += packed.tokens;
    }
    return sum;
  };

  const { firstStep = 0, steps = batches.length } = options.round ?? {};
  const end = stepsUntil(batches.length, options.stopAtShare);
  for (const batch of batches.slice(losses.length - firstStep, end)) {
    const step = losses.length;
    const stepLoss = await runBatch(batch);
    const gradNorm = globalNorm(sums.values());
    if (!Number.isFinite(stepLoss) || !Number.isFinite(gradNorm)) {
      throw workError(
        'training-diverged',
        `training diverged at step ${step + 1} of ${steps}: loss ${stepLoss}, gradient norm ${gradNorm}, examples ${batch.examples.join(', ')}`,
        'lower optimiser.learningRate or optimiser.maxGradNorm in the study file',
      );
    }
    const clip = Math.min(1, optimiser.maxGradNorm / (gradNorm + 1e-6));
    const learningRate = learningRateAt(optimiser, step, steps);
    updateAdamW(adamW, trainable, sums, optimiser, learningRate, clip);
    losses.push(stepLoss);
    options.onProgress?.({ step: step + 1, steps, loss: stepLoss, gradNorm, learningRate, tokens });
    const isLast = losses.length === firstStep + end;
    if (!isLast && options.checkpoint?.isDue()) {
      options.checkpoint.save({ tensors, losses, tokens, adamW });
    }
  }
  return { tensors, losses, tokens, adamW, bucket: plan.bucket };
}

/** Steps (or rounds) in a share of `count`, at least one; all when no share is given. */
export function stepsUntil(count: number, share = 1): number {
  if (!(share > 0 && share <= 1))
    throw new RangeError(`share ${share}: must be above 0, at most 1`);
  return Math.min(count, Math.max(1, Math.round(share * count)));
}

async function freshStart(cache: SessionCache, options: TrainOptions): Promise<TrainState> {
  const { examples, capacity, prefixIds = firstIds(examples, capacity) } = options;
  const tensors = await initTrained(cache, { ...options, prefixIds });
  const adamW = createAdamW(trainablePart(capacity, tensors));
  return { tensors, losses: [], tokens: 0, adamW };
}

/** The first tokens of the training text, as many as a prefix has positions. */
function firstIds(examples: readonly TokenExample[], capacity: Capacity): readonly number[] {
  const ids: number[] = [];
  if (capacity.kind !== 'prefix') return ids;
  for (const { promptIds, completionIds } of examples) {
    if (ids.length >= capacity.length) break;
    ids.push(...promptIds, ...completionIds);
  }
  return ids;
}

/** Adds the part of a gradient that `sum` holds; what comes before it belongs to frozen positions. */
function accumulate(sum: Float32Array, gradient: TensorData, isFirst: boolean): void {
  if (!(gradient instanceof Float32Array)) throw new TypeError('expected float32 gradients');
  const own = gradient.subarray(gradient.length - sum.length);
  if (isFirst) sum.set(own);
  else for (let i = 0; i < sum.length; i++) sum[i] = sum[i]! + own[i]!;
}
