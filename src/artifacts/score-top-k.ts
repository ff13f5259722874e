import { z } from 'zod';
import type { TokenExample, TopKScores } from '../backends/backend.ts';
import type { ModelRef } from '../model/types.ts';
import type { StepContext, StepOutput } from '../run/step.ts';
import { decodeTopK, DISTRIBUTIONS, encodeTopK } from './distributions.ts';
import { runInBatches } from './run-in-batches.ts';

/** Completions scored per request; part of the meaning of a step, so raise versions with it. */
export const SCORE_BATCH = 32;

/** Scores completions in fixed batches, one stored object per batch; returns the artifact. */
export async function scoreTopKInBatches(
  context: StepContext,
  model: ModelRef,
  items: readonly TokenExample[],
  options: { readonly topK: number; readonly temperature: number },
): Promise<StepOutput> {
  const batches = await runInBatches(context, {
    count: Math.ceil(items.length / SCORE_BATCH),
    batchSize: 1,
    produce: async ([batch]) => {
      const part = items.slice(batch! * SCORE_BATCH, (batch! + 1) * SCORE_BATCH);
      const scores = await context.backend.scoreTopK({ model, items: part, ...options });
      return { values: [context.objects.put(encodeTopK(scores))], tokens: tokensOf(part) };
    },
  });
  const digests = batches.map((value) => z.string().parse(value));
  return {
    kind: DISTRIBUTIONS,
    meta: { ...options, items: items.length, rows: tokensOf(items, 0) },
    files: Object.fromEntries(digests.map((digest, i) => [`batch-${i}`, digest])),
  };
}

/** Log-probability of every completion token under the model, items in order. */
export async function scoreChosen(
  context: StepContext,
  model: ModelRef,
  items: readonly TokenExample[],
): Promise<Float32Array> {
  const { files } = await scoreTopKInBatches(context, model, items, { topK: 1, temperature: 1 });
  const parts = Object.keys(files).map((_, i): TopKScores =>
    decodeTopK(context.objects.get(files[`batch-${i}`]!)),
  );
  return Float32Array.from(parts.flatMap((part) => [...part.chosen_N]));
}

function tokensOf(items: readonly TokenExample[], promptWeight: 0 | 1 = 1): number {
  return items.reduce(
    (sum, item) => sum + item.completionIds.length + promptWeight * item.promptIds.length,
    0,
  );
}
