import { workError } from '../../base/errors.ts';
import { prefixLength } from '../decoder/adapters.ts';
import type { SessionCache } from '../session-cache.ts';
import type { GraphSession, TensorData } from '../session.ts';
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
import { type BatchOptions, planBatches, type PlannedBatch } from './batches.ts';
import { initTrained, trainablePart } from './init-trained.ts';
import { fillObjective } from './objective-feeds.ts';
import { bucketCost } from './shape-buckets.ts';
import { GRADIENT, trainingGraph, type TrainingGraphSpec } from './training-graph.ts';

export interface TrainOptions extends BatchOptions {
  readonly config: DecoderConfig;
  /** Left unchanged. Must hold no prefix. */
  readonly weights: NamedTensors;
  readonly capacity: Capacity;
  readonly examples: readonly TokenExample[];
  readonly objective: Objective;
  readonly optimiser: Optimiser;
  /** Text whose first tokens initialise a prefix; the examples, one after the other, when absent. */
  readonly prefixIds?: readonly number[];
  /** Where to go on from, with the same options; it is changed in place. */
  readonly start?: Trained;
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
  readonly save: (state: Trained) => void;
}

/**
 * Everything training has come to: what is kept of it, and what going on needs. The order of
 * examples follows from seed and epoch, so the number of steps (of losses) says what comes next.
 */
export interface Trained {
  /** All weights (`full`), the LoRA factors (`lora`) or the prefix (`prefix`), under engine names. */
  readonly tensors: ReadonlyMap<string, DenseTensor>;
  /** Of every step, in nats per completion token. */
  readonly losses: readonly number[];
  /** Prompt and completion tokens processed. */
  readonly tokens: number;
  readonly adamW: AdamWState;
}

/**
 * Trains a model. The loss of a step is the mean over completion tokens of its batch, however the
 * batch is split over runs. Going on from `start` gives what an uninterrupted training would have
 * given, bit for bit. Stops with the work error `training-diverged`, naming step and examples, when
 * a loss or gradient is not finite; throws RangeError when the options contradict each other.
 */
export async function trainModel(cache: SessionCache, options: TrainOptions): Promise<Trained> {
  const { config, weights, capacity, examples, optimiser } = options;
  if (prefixLength(weights) > 0) throw new RangeError('a model with a prefix cannot be trained on');
  const { buckets, batches } = planBatches(examples, options, (bucket) =>
    bucketCost(config, bucket),
  );
  const runners = await Promise.all(buckets.map((bucket) => runnerFor(cache, options, bucket)));
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
    let loss = 0;
    let isFirst = true;
    for (const { bucket, packed } of batch.runs()) {
      const { session, fill } = runners[bucket]!;
      for (const [name, data] of fill(packed, batch.scored)) feeds.set(name, data);
      await session.run(feeds);
      loss += Number(session.output('loss')[0]);
      for (const [name, sum] of sums) accumulate(sum, session.output(GRADIENT + name), isFirst);
      isFirst = false;
      tokens += packed.tokens;
    }
    return loss;
  };

  const { firstStep = 0, steps = batches.length } = options.round ?? {};
  for (const batch of batches.slice(losses.length - firstStep)) {
    const step = losses.length;
    const loss = await runBatch(batch);
    const gradNorm = globalNorm(sums.values());
    if (!Number.isFinite(loss) || !Number.isFinite(gradNorm)) {
      throw workError(
        'training-diverged',
        `training diverged at step ${step + 1} of ${steps}: loss ${loss}, gradient norm ${gradNorm}, examples ${batch.examples.join(', ')}`,
        'lower optimiser.learningRate or optimiser.maxGradNorm in the study file',
      );
    }
    const clip = Math.min(1, optimiser.maxGradNorm / (gradNorm + 1e-6));
    const learningRate = learningRateAt(optimiser, step, steps);
    updateAdamW(adamW, trainable, sums, optimiser, learningRate, clip);
    losses.push(loss);
    options.onProgress?.({ step: step + 1, steps, loss, gradNorm, learningRate, tokens });
    const isLast = losses.length === firstStep + batches.length;
    if (!isLast && options.checkpoint?.isDue()) {
      options.checkpoint.save({ tensors, losses, tokens, adamW });
    }
  }
  return { tensors, losses, tokens, adamW };
}

/** A compiled training graph for one bucket, and what fills its feeds. */
async function runnerFor(
  cache: SessionCache,
  options: TrainOptions,
  bucket: TrainingGraphSpec['bucket'],
): Promise<{
  readonly session: GraphSession;
  readonly fill: ReturnType<typeof fillObjective>;
}> {
  const { config, capacity, objective, examples } = options;
  const spec: TrainingGraphSpec = {
    config,
    capacity,
    bucket,
    topK: objective.kind === 'kd' ? objective.targets.topK : 0,
    temperature: objective.kind === 'kd' ? objective.temperature : 1,
  };
  const session = await cache.get({ train: spec }, () => trainingGraph(spec));
  return { session, fill: fillObjective(objective, examples, bucket) };
}

async function freshStart(cache: SessionCache, options: TrainOptions): Promise<Trained> {
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
