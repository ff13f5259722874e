import { AppError, workError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { StepContext } from '../run/step.ts';

/** Items of a step in batches. */
export interface Batches {
  readonly count: number;
  readonly batchSize: number;
  /** Values for these indices, in the same order; `tokens` is the work they took. */
  readonly produce: (
    indices: readonly number[],
  ) => Promise<{ readonly values: readonly Json[]; readonly tokens: number }>;
}

/**
 * Computes items 0 … count-1 in fixed batches of consecutive indices and commits each batch at
 * once. Batches never depend on what an earlier, killed run had finished, so a resumed step
 * computes exactly what an undisturbed one would have. Holds one batch at a time.
 */
export async function commitBatches(context: StepContext, batches: Batches): Promise<void> {
  const { count, batchSize } = batches;
  let tokens = 0;
  for (let from = 0; from < count; from += batchSize) {
    const to = Math.min(from + batchSize, count);
    if (context.items.list({ from, to }).length < to - from) {
      stopIfAborted(context.signal);
      const indices = Array.from({ length: to - from }, (_, i) => from + i);
      const batch = await batches.produce(indices);
      if (batch.values.length !== indices.length) {
        throw workError(
          'batch-size',
          `${context.backend.name} answered ${batch.values.length} of ${indices.length} items`,
        );
      }
      context.items.add(indices.map((index, at) => ({ index, value: batch.values[at]! })));
      tokens += batch.tokens;
    }
    context.progress({ fraction: to / count, tokens });
  }
}

/** The same, and all values in order. */
export async function runInBatches(
  context: StepContext,
  batches: Batches,
): Promise<readonly Json[]> {
  await commitBatches(context, batches);
  return [...committedValues(context, batches)];
}

/** Values of committed items in order, read batch by batch. */
export function* committedValues(
  { items }: Pick<StepContext, 'items'>,
  { count, batchSize }: Pick<Batches, 'count' | 'batchSize'>,
): Generator<Json> {
  for (let from = 0; from < count; from += batchSize) {
    const to = Math.min(from + batchSize, count);
    for (const { value } of items.list({ from, to })) yield value;
  }
}

/** Throws the error with which a step leaves when its run is stopped. */
export function stopIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof AppError
    ? signal.reason
    : workError('interrupted', 'the run was stopped', 'Start it again to go on where it stopped.');
}
