import type { SessionCache } from '../../engine/session-cache.ts';
import { type Checkpointing, trainModel, type Trained } from '../../engine/train/train-model.ts';
import type { TrainProgress as TrainStep } from '../../engine/types.ts';
import type { CheckpointRequest, TrainProgress, TrainRequest } from '../backend.ts';
import { readCheckpoint, writeCheckpoint } from './checkpoint-file.ts';
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
  const digest = checkpoint === undefined ? '' : requestDigest(request, ENGINE_VERSION);
  const start = checkpoint === undefined ? undefined : readCheckpoint(checkpoint.path, digest);
  return trainModel(sessions, {
    ...options,
    config,
    weights,
    onProgress,
    ...(start === undefined ? {} : { start }),
    ...(checkpoint === undefined ? {} : { checkpoint: timedSaving(checkpoint, digest) }),
  });
}

function timedSaving({ path, everyMs }: CheckpointRequest, digest: string): Checkpointing {
  let next = performance.now() + everyMs;
  return {
    isDue: () => performance.now() >= next,
    save: (state) => {
      const begun = performance.now();
      writeCheckpoint(path, digest, state);
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
