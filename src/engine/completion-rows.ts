import type { TokenExample } from './types.ts';

/**
 * Row of each example's first completion token in tables with one row per completion token, and
 * after the last example the number of rows.
 */
export function completionStarts(examples: readonly TokenExample[]): number[] {
  const starts = [0];
  for (const { completionIds } of examples) starts.push(starts.at(-1)! + completionIds.length);
  return starts;
}
