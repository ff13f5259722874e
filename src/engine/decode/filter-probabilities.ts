/**
 * Which tokens may be drawn. Applied in the order of transformers' logits warpers, after
 * temperature: top-k, then top-p on what top-k left, then min-p on what top-p left.
 */
export interface TokenFilters {
  /** Only the k most probable tokens (Fan et al. 2018), and those as probable as the k-th. */
  readonly topK?: number;
  /** Only the smallest set of tokens with at least this much mass (Holtzman et al. 2020). */
  readonly topP?: number;
  /** Only tokens at least this many times as probable as the most probable (Nguyen et al. 2024). */
  readonly minP?: number;
}

/** Whether the filters leave every distribution as it is. */
export function isUnfiltered({ topK, topP = 1, minP = 0 }: TokenFilters): boolean {
  return topK === undefined && topP >= 1 && minP <= 0;
}

/** Ids that pass the filters, most probable first, ties by id. Probabilities [V] need not sum to 1. */
export function filteredIds(probs: Float32Array, filters: TokenFilters): number[] {
  const { topK, topP = 1, minP = 0 } = filters;
  const floor = topK === undefined || topK >= probs.length ? 0 : kthLargest(probs, topK);
  const massFrom = (least: number): number => {
    let mass = 0;
    for (let i = 0; i < probs.length; i++) if (probs[i]! >= least) mass += probs[i]!;
    return mass;
  };
  let max = 0;
  for (let i = 0; i < probs.length; i++) if (probs[i]! > max) max = probs[i]!;
  const target = topP < 1 ? topP * massFrom(floor) : Infinity;
  // Sorting is what costs: look for the nucleus among few tokens first, then among more.
  let least = topP < 1 ? Math.max(floor, max / 8) : floor;
  while (least > floor && massFrom(least) < target) {
    least = least < Number.MIN_VALUE * 16 ? floor : Math.max(floor, least / 8);
  }
  least = Math.max(least, minP * max);
  const ids: number[] = [];
  for (let i = 0; i < probs.length; i++) if (probs[i]! >= least && probs[i]! > 0) ids.push(i);
  ids.sort((a, b) => probs[b]! - probs[a]! || a - b);
  let mass = 0;
  let kept = 0;
  while (kept < ids.length && (kept === 0 || mass < target)) mass += probs[ids[kept++]!]!;
  return ids.slice(0, kept);
}

/** The k-th largest of the values, by a heap of the k largest seen so far, smallest on top. */
function kthLargest(values: Float32Array, k: number): number {
  const heap = values.slice(0, k).sort();
  for (let i = k; i < values.length; i++) {
    const value = values[i]!;
    if (value <= heap[0]!) continue;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= k) break;
      if (child + 1 < k && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= value) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = value;
  }
  return heap[0]!;
}
