import { AppError, workError } from '../base/errors.ts';
import type { Json } from '../base/json.ts';
import type { StepContext } from '../run/step.ts';

/**
 * Computes items 0 … count-1 in fixed batches of consecutive indices and commits each batch at
 * once. Batches never depend on what an earlier, killed run had finished, so a resumed step
 * computes exactly what an undisturbed one would have. Returns the values in order.
 */
export async function runInBatches(
  context: StepContext,
  options: {
    readonly count: number;
    readonly batchSize: number;
    /** Values for these indices, in the same order; `tokens` is the work they took. */
    readonly produce: (
      indices: readonly number[],
    ) => Promise<{ readonly values: readonly Json[]; readonly tokens: number }>;
  },
): Promise<readonly Json[]> {
  const { count, batchSize } = options;
  const done = new Map(context.items.list().map(({ index, value }) => [index, value]));
  let tokens = 0;
  for (let start = 0; start < count; start += batchSize) {
    const indices = range(start, Math.min(start + batchSize, count));
    if (!indices.every((index) => done.has(index))) {
      stopIfAborted(context.signal);
      const batch = await options.produce(indices);
      if (batch.values.length !== indices.length) {
        throw workError(
          'batch-size',
          `${context.backend.name} answered ${batch.values.length} of ${indices.length} items`,
        );
      }
      const rows = indices.map((index, at) => ({ index, value: batch.values[at]! }));
      context.items.add(rows);
      for (const row of rows) done.set(row.index, row.value);
      tokens += batch.tokens;
    }
    context.progress({ fraction: (start + indices.length) / count, tokens });
  }
  return range(0, count).map((index) => done.get(index)!);
}

/** Throws the error with which a step leaves when its run is stopped. */
export function stopIfAborted(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw signal.reason instanceof AppError
    ? signal.reason
    : workError('interrupted', 'the run was stopped', 'Start it again to go on where it stopped.');
}

function range(start: number, end: number): number[] {
  return Array.from({ length: end - start }, (_, i) => start + i);
}
