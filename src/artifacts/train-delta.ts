import { workError } from '../base/errors.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { JsonObject } from '../base/json.ts';
import type {
  CheckpointRequest,
  OnPolicyRequest,
  TrainProgress,
  TrainRequest,
  TrainResult,
} from '../backends/backend.ts';
import type { StepContext, StepOutput } from '../run/step.ts';
import { MODEL_DELTA } from './model-delta.ts';
import { stopIfAborted } from './run-in-batches.ts';

/** A killed training loses about this much work, more only where saving is slow. */
const CHECKPOINT_MS = 30_000;

/**
 * Trains, checks the losses and stores the delta. A training that was killed goes on from where it
 * last kept its state, with the same result. Work errors: `no-examples` when there is nothing
 * to learn from, `training-diverged` when a loss is not finite.
 */
export async function trainDelta(
  context: StepContext,
  request: TrainRequest,
  checkpointMs = CHECKPOINT_MS,
): Promise<StepOutput> {
  const training = watched(context, request, checkpointMs);
  const { checkpoint, onProgress } = training;
  const result = await context.backend.train({ ...request, checkpoint }, onProgress);
  return training.output(result, countedTokens(request.objective));
}

/**
 * The same on what the student writes. A killed training goes on after a round that it had finished.
 * The metadata counts the rows that the student wrote and how many of them were truncated.
 */
export async function trainDeltaOnPolicy(
  context: StepContext,
  request: OnPolicyRequest,
  checkpointMs = CHECKPOINT_MS,
): Promise<StepOutput> {
  const training = watched(context, request, checkpointMs);
  const { checkpoint, onProgress } = training;
  const result = await context.backend.trainOnPolicy({ ...request, checkpoint }, onProgress);
  return training.output(result, { sampled: { ...result.sampled } });
}

/** How many tokens count in the loss, where not all do. */
function countedTokens(objective: TrainRequest['objective']): JsonObject {
  const weights = 'tokenWeights' in objective ? objective.tokenWeights : undefined;
  if (weights === undefined) return {};
  const counted = weights.filter((weight) => weight > 0).length;
  return { countedTokens: { counted, of: weights.length } };
}

/** What surrounds a training: where its state lies, who hears of it, what becomes of its result. */
function watched(
  context: StepContext,
  { examples, stopAtShare = 1 }: Pick<TrainRequest, 'examples' | 'stopAtShare'>,
  checkpointMs: number,
): {
  readonly checkpoint: CheckpointRequest;
  readonly onProgress: (update: TrainProgress) => void;
  readonly output: (result: TrainResult, meta?: JsonObject) => StepOutput;
} {
  stopIfAborted(context.signal);
  const rows = examples.length;
  if (rows === 0) {
    throw workError(
      'no-examples',
      'no completion is left to train on: every row was dropped',
      'Raise sampling.maxTokens if they were truncated, or the prompt count if they were filtered or gave no pairs.',
    );
  }
  return {
    checkpoint: { path: context.checkpointPath, everyMs: checkpointMs },
    onProgress: (update) =>
      context.progress({
        fraction: Math.min(1, update.step / (stopAtShare * update.steps)),
        tokens: update.tokens,
        loss: update.loss,
        gradNorm: update.gradNorm,
        learningRate: update.learningRate,
        tokensPerSecond: update.tokensPerSecond,
        trainStep: update.step,
      }),
    output: (result, meta = {}) => {
      stopIfAborted(context.signal);
      checkLosses(result.losses);
      return trainedDelta(context, result, { rows, ...meta });
    },
  };
}

function checkLosses(losses: readonly number[]): void {
  const broken = losses.findIndex((loss) => !Number.isFinite(loss));
  if (broken < 0 && losses.length > 0) return;
  throw workError(
    'training-diverged',
    losses.length === 0
      ? 'training took no step'
      : `the loss of training step ${broken + 1} of ${losses.length} is not finite`,
    'Lower optimiser.learningRate or raise optimiser.warmupSteps.',
  );
}

function trainedDelta(
  { objects }: StepContext,
  { kind, file, scale, losses, tokens }: TrainResult,
  meta: JsonObject,
): StepOutput {
  const tenth = Math.max(1, Math.floor(losses.length / 10));
  return {
    kind: MODEL_DELTA,
    meta: {
      kind,
      scale: scale ?? null,
      steps: losses.length,
      tokens,
      firstLoss: mean(losses.slice(0, tenth)),
      lastLoss: mean(losses.slice(-tenth)),
      ...meta,
    },
    files: { delta: objects.put(file), losses: objects.put(canonicalJson(losses)) },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
