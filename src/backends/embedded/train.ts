import { workError } from '../../base/errors.ts';
import {
  type OnPolicyTrained,
  trainOnPolicy as trainInRounds,
} from '../../engine/on-policy/train-on-policy.ts';
import { scoreTopK } from '../../engine/score-top-k.ts';
import type { SessionCache } from '../../engine/session-cache.ts';
import {
  type Checkpointing,
  stepsUntil,
  trainModel,
  type Trained,
} from '../../engine/train/train-model.ts';
import type { TrainProgress as TrainStep } from '../../engine/types.ts';
import { withoutTail } from '../../engine/without-tail.ts';
import type {
  CheckpointRequest,
  OnPolicyRequest,
  TrainProgress,
  TrainRequest,
} from '../backend.ts';
import { type Checkpoint, readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import type { LoadedModel } from './model-cache.ts';
import { requestDigest } from './request-digest.ts';

/** Saving may take this share of the time between two savings, at most. */
const MAX_SAVING_SHARE = 0.05;

/** Trains, going on from the request's checkpoint when it is of this very request. */
export async function train(
  sessions: SessionCache,
  request: TrainRequest,
  { config, weights }: LoadedModel,
  onProgress: (progress: TrainStep) => void,
): Promise<Trained> {
  const { checkpoint, ...options } = request;
  const kept = checkpoint && keptState(checkpoint, request);
  const saving: Checkpointing | undefined = kept && {
    isDue: kept.isDue,
    save: (state) => kept.save({ state }),
  };
  const trained = await trainModel(sessions, {
    ...options,
    config,
    weights,
    onProgress,
    ...(kept?.start === undefined ? {} : { start: kept.start.state }),
    ...(saving === undefined ? {} : { checkpoint: saving }),
  });
  return refuseUnmoved(trained);
}

/** Trains on what the student writes, going on after the last round that the checkpoint has seen. */
export async function trainOnPolicy(
  sessions: SessionCache,
  request: OnPolicyRequest,
  options: {
    readonly student: LoadedModel;
    readonly teacher: LoadedModel;
    readonly isStopped?: (ids: readonly number[]) => boolean;
    /** Most rows decoded at once. */
    readonly batch: number;
    readonly onProgress: (progress: TrainStep) => void;
  },
): Promise<OnPolicyTrained> {
  const { checkpoint, teacher: _, ...rest } = request;
  const { topK, tail, temperature } = request;
  const { student, teacher, isStopped, batch } = options;
  const kept = checkpoint && keptState(checkpoint, request);
  const start = kept?.start;
  const lastRound = stepsUntil(request.rounds, request.stopAtShare);
  const trained = await trainInRounds(sessions, {
    ...rest,
    config: student.config,
    weights: student.weights,
    sampling: { ...request.sampling, batch, ...(isStopped === undefined ? {} : { isStopped }) },
    scoreTeacher: async (items) => {
      const scores = await scoreTopK(sessions, { ...teacher, items, topK, temperature });
      return tail ? scores : withoutTail(scores);
    },
    ...(start?.onPolicy === undefined
      ? {}
      : { start: { ...start.onPolicy, training: start.state } }),
    onRound: ({ training, ...onPolicy }) => {
      if (onPolicy.rounds < lastRound && kept?.isDue()) {
        kept.save({ state: training, onPolicy });
      }
    },
    onProgress: (progress) => {
      if (progress.phase === 'train') options.onProgress(progress);
    },
  });
  return refuseUnmoved(trained);
}

/** A training without one gradient leaves the model it started from, which is no student. */
function refuseUnmoved<T extends Trained>(trained: T): T {
  const hasMoved = [...trained.adamW.moments.values()].some(({ m }) =>
    m.some((value) => value !== 0),
  );
  if (hasMoved) return trained;
  throw workError(
    'training-moved-nothing',
    `no training step had a gradient: after ${trained.losses.length} steps the student is still what it was`,
    'There is nothing in these rows that the student does not do already; look at the pairs or completions it was given.',
  );
}

function keptState(
  { path, everyMs }: CheckpointRequest,
  request: TrainRequest | OnPolicyRequest,
): {
  readonly start: Checkpoint | undefined;
  readonly isDue: () => boolean;
  readonly save: (checkpoint: Checkpoint) => void;
} {
  const digest = requestDigest(request, ENGINE_VERSION);
  let next = performance.now() + everyMs;
  return {
    start: readCheckpoint(path, digest),
    isDue: () => performance.now() >= next,
    save: (checkpoint) => {
      const begun = performance.now();
      writeCheckpoint(path, digest, checkpoint);
      const ended = performance.now();
      next = ended + Math.max(everyMs, (ended - begun) / MAX_SAVING_SHARE);
    },
  };
}

/** Adds to every step how fast it went; the first one also compiled its graph, so it has no rate. */
export function timedProgress(
  onProgress: (progress: TrainProgress) => void,
): (progress: TrainStep) => void {
  let last: { readonly time: number; readonly tokens: number } | undefined;
  return (progress) => {
    const time = performance.now();
    const rate =
      last === undefined
        ? undefined
        : ((progress.tokens - last.tokens) * 1000) / (time - last.time);
    last = { time, tokens: progress.tokens };
    onProgress(rate === undefined ? progress : { ...progress, tokensPerSecond: rate });
  };
}
