import type { StudyCard } from '../../api/studies.ts';

/**
 * Milliseconds left at the rate of the finished steps: working time of what is done, scaled by the
 * estimated cost of what is not. Null before anything is done.
 */
export function timeLeftMs({
  costTokens,
  spentMs,
}: Pick<StudyCard, 'costTokens' | 'spentMs'>): number | null {
  if (costTokens.done <= 0 || spentMs <= 0) return null;
  return (spentMs * Math.max(0, costTokens.total - costTokens.done)) / costTokens.done;
}
