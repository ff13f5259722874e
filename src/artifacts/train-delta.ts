import { workError } from '../base/errors.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import type { TrainRequest } from '../backends/backend.ts';
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
  stopIfAborted(context.signal);
  if (request.examples.length === 0) {
    throw workError(
      'no-examples',
      'no completion is left to train on: every row was dropped',
      'Raise sampling.maxTokens if they were truncated, or the prompt count if they were filtered.',
    );
  }
  const checkpoint = { path: context.checkpointPath, everyMs: checkpointMs };
  const result = await context.backend.train({ ...request, checkpoint }, (update) =>
    context.progress({
      fraction: update.step / update.steps,
      tokens: update.tokens,
      loss: update.loss,
      gradNorm: update.gradNorm,
      learningRate: update.learningRate,
      tokensPerSecond: update.tokensPerSecond,
      trainStep: update.step,
    }),
  );
  stopIfAborted(context.signal);
  const broken = result.losses.findIndex((loss) => !Number.isFinite(loss));
  if (broken >= 0 || result.losses.length === 0) {
    throw workError(
      'training-diverged',
      result.losses.length === 0
        ? 'training took no step'
        : `the loss of training step ${broken + 1} of ${result.losses.length} is not finite`,
      'Lower optimiser.learningRate or raise optimiser.warmupSteps.',
    );
  }
  const tenth = Math.max(1, Math.floor(result.losses.length / 10));
  return {
    kind: MODEL_DELTA,
    meta: {
      kind: result.kind,
      scale: result.scale ?? null,
      steps: result.losses.length,
      tokens: result.tokens,
      rows: request.examples.length,
      firstLoss: mean(result.losses.slice(0, tenth)),
      lastLoss: mean(result.losses.slice(-tenth)),
    },
    files: {
      delta: context.objects.put(result.file),
      losses: context.objects.put(canonicalJson(result.losses)),
    },
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
