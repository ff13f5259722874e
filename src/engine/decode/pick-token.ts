import type { Rng } from '../../base/rng.ts';
import { filteredIds, isUnfiltered, type TokenFilters } from './filter-probabilities.ts';

/** The id of the largest score; ties go to the lower id. */
export function largest(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}

/** Draws a token id from probabilities [V], which need not sum to 1, with one number of the rng. */
export function drawToken(probs: Float32Array, filters: TokenFilters, rng: Rng): number {
  if (isUnfiltered(filters)) return drawFromAll(probs, rng);
  const ids = filteredIds(probs, filters);
  const mass = ids.reduce((sum, id) => sum + probs[id]!, 0);
  let left = rng.next() * mass;
  return ids.find((id) => (left -= probs[id]!) < 0) ?? ids.at(-1)!;
}

function drawFromAll(probs: Float32Array, rng: Rng): number {
  // Float32 softmax sums to 1 only nearly: scale the draw by what is really there.
  let total = 0;
  for (let i = 0; i < probs.length; i++) total += probs[i]!;
  let left = rng.next() * total;
  let last = 0;
  for (let i = 0; i < probs.length; i++) {
    if (probs[i] === 0) continue;
    last = i;
    left -= probs[i]!;
    if (left < 0) break;
  }
  return last;
}
