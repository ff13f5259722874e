import { foldSeed } from '../../base/rng.ts';
import { sampleModel, type SampleOptions } from '../decode/sample-model.ts';
import type { Bucket } from '../packing.ts';
import type { SessionCache } from '../session-cache.ts';
import { stepsUntil, trainModel, type Trained, type TrainState } from '../train/train-model.ts';
import type {
  Capacity,
  DecoderConfig,
  Divergence,
  NamedTensors,
  Optimiser,
  TokenExample,
  TopKScores,
  TrainProgress,
} from '../types.ts';
import { drawRound } from './draw-round.ts';
import { policyWeights } from './policy-weights.ts';

export interface OnPolicyOptions {
  readonly config: DecoderConfig;
  /** The student before training; left unchanged. */
  readonly weights: NamedTensors;
  readonly capacity: Capacity;
  /** The teacher's distributions over given completions, at `temperature`. */
  readonly scoreTeacher: (items: readonly TokenExample[]) => Promise<TopKScores>;
  /** Prompts, with the completions that rows take which the student does not sample. */
  readonly examples: readonly TokenExample[];
  /** Probability that a row's completion is sampled from the student (TRL: `lmbda`), 0 … 1. */
  readonly lmbda: number;
  readonly rounds: number;
  readonly rowsPerRound: number;
  readonly sampling: Omit<SampleOptions, 'config' | 'weights' | 'items' | 'onProgress'>;
  /** Reverse KL when absent, as in TRL's DistillationTrainer. */
  readonly divergence?: Divergence;
  /** Of both distributions in the loss. */
  readonly temperature: number;
  /** Rows per optimiser step. */
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly seed: string;
  readonly maxRunTokens?: number;
  /** Text whose first tokens initialise a prefix; the rows of the first round when absent. */
  readonly prefixIds?: readonly number[];
  /** Stops after this share of the rounds, 0 … 1; learning rates stay those of the whole training. */
  readonly stopAtShare?: number | undefined;
  /** Goes on after the rounds it has seen; the result is the same as without the interruption. */
  readonly start?: OnPolicyState;
  /** Called at every round's end, with all that a later call needs as `start`. */
  readonly onRound?: (state: OnPolicyState) => void | Promise<void>;
  readonly onProgress?: (progress: OnPolicyProgress) => void;
}

/** Where on-policy training stands at the end of a round. */
export interface OnPolicyState {
  /** Rounds done. */
  readonly rounds: number;
  readonly training: TrainState;
  /** Shape of the training graph: it only grows, so that few sessions are compiled. */
  readonly bucket: Bucket;
  readonly sampled: SampleCounts;
}

/** Rows whose completion the student wrote, and how many of these reached `maxTokens`. */
export interface SampleCounts {
  readonly rows: number;
  readonly truncated: number;
}

/** `round` is 1-based; `tokens` are those sampled in this round, or trained on since the start. */
export type OnPolicyProgress = { readonly round: number; readonly rounds: number } & (
  | { readonly phase: 'sample'; readonly tokens: number }
  | { readonly phase: 'score' }
  | ({ readonly phase: 'train' } & TrainProgress)
);

export interface OnPolicyTrained extends Trained {
  readonly sampled: SampleCounts;
}

/**
 * On-policy distillation (Agarwal et al. 2023, GKD, algorithm 1): in every round the student writes
 * completions, the teacher scores them, the student is trained on them for one epoch. Samples carry
 * no gradient. Optimiser moments and the learning rate's schedule run on over all rounds. The seed
 * decides everything; a run that was cut after a round and goes on from it ends bit for bit alike.
 * Throws RangeError on numbers out of range, and what `trainModel` throws.
 */
export async function trainOnPolicy(
  cache: SessionCache,
  options: OnPolicyOptions,
): Promise<OnPolicyTrained> {
  check(options);
  const rounds = stepsUntil(options.rounds, options.stopAtShare);
  let state = options.start;
  for (let round = state?.rounds ?? 0; round < rounds; round++) {
    state = await trainRound(cache, options, round, state);
    await options.onRound?.(state);
  }
  if (state === undefined) throw new RangeError('no round to train');
  const { training, bucket, sampled } = state;
  return { ...training, bucket, sampled };
}

async function trainRound(
  cache: SessionCache,
  options: OnPolicyOptions,
  round: number,
  before: OnPolicyState | undefined,
): Promise<OnPolicyState> {
  const { rounds, seed, temperature, onProgress } = options;
  const { divergence = { kind: 'reverse-kl' } } = options;
  const place = { round: round + 1, rounds };
  const written = await writeRound(cache, options, round, before?.training);
  onProgress?.({ ...place, phase: 'score' });
  const targets = await options.scoreTeacher(written.examples);
  const stepsPerRound = Math.ceil(options.rowsPerRound / options.batchSize);
  const { config, weights, capacity, batchSize, optimiser, maxRunTokens, prefixIds } = options;
  const { bucket, ...training } = await trainModel(cache, {
    config,
    weights,
    capacity,
    batchSize,
    optimiser,
    ...(maxRunTokens === undefined ? {} : { maxRunTokens }),
    ...(prefixIds === undefined ? {} : { prefixIds }),
    examples: written.examples,
    objective: { kind: 'kd', targets, temperature, divergence },
    epochs: 1,
    seed: foldSeed(seed, 'round', round),
    round: {
      firstStep: before?.training.losses.length ?? 0,
      steps: rounds * stepsPerRound,
    },
    // Training goes on in place, and the state of a round must stay what it was.
    ...(before === undefined
      ? {}
      : { start: structuredClone(before.training), atLeast: before.bucket }),
    onProgress: (progress) => onProgress?.({ ...place, phase: 'train', ...progress }),
  });
  return {
    rounds: round + 1,
    training,
    bucket,
    sampled: {
      rows: (before?.sampled.rows ?? 0) + written.sampled.rows,
      truncated: (before?.sampled.truncated ?? 0) + written.sampled.truncated,
    },
  };
}

/** The rows of a round: the student's own completions where the coin says so, else the dataset's. */
async function writeRound(
  cache: SessionCache,
  options: OnPolicyOptions,
  round: number,
  training: TrainState | undefined,
): Promise<{ readonly examples: TokenExample[]; readonly sampled: SampleCounts }> {
  const { config, weights, capacity, examples, sampling, seed, rounds } = options;
  const rows = drawRound(round, { ...options, count: examples.length });
  const items = rows.flatMap(({ example, isSampled }, row) =>
    isSampled
      ? [{ row, promptIds: examples[example]!.promptIds, seed: foldSeed(seed, 'draw', round, row) }]
      : [],
  );
  const policy =
    training === undefined ? weights : policyWeights(weights, capacity, training.tensors);
  const completions = await sampleModel(cache, {
    ...sampling,
    config,
    weights: policy,
    items,
    onProgress: ({ tokens }) =>
      options.onProgress?.({ round: round + 1, rounds, phase: 'sample', tokens }),
  });
  const written = rows.map(({ example }) => examples[example]!);
  items.forEach(({ row, promptIds }, i) => {
    written[row] = { promptIds, completionIds: completions[i]!.ids };
  });
  const truncated = completions.filter(({ stop }) => stop === 'truncated').length;
  return { examples: written, sampled: { rows: items.length, truncated } };
}

function check({ lmbda, rounds, rowsPerRound, examples }: OnPolicyOptions): void {
  if (!(lmbda >= 0 && lmbda <= 1))
    throw new RangeError(`lmbda is ${lmbda}: must be within 0 and 1`);
  if (examples.length === 0) throw new RangeError('no prompts to train on');
  if (!(rounds >= 1 && rowsPerRound >= 1)) {
    throw new RangeError(`${rounds} rounds of ${rowsPerRound} rows: both must be at least 1`);
  }
}
