import type { Rng } from '../../base/rng.ts';

/** The id of the largest score; ties go to the lower id. */
export function largest(scores: Float32Array): number {
  let best = 0;
  for (let i = 1; i < scores.length; i++) if (scores[i]! > scores[best]!) best = i;
  return best;
}

/**
 * Draws a token id from probabilities [V]. With `topP` < 1 from the nucleus alone (Holtzman et al.
 * 2020): the smallest set of tokens with at least that much mass.
 */
export function drawToken(probs: Float32Array, topP: number, rng: Rng): number {
  if (topP < 1) return drawFromNucleus(probs, topP, rng);
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

function drawFromNucleus(probs: Float32Array, topP: number, rng: Rng): number {
  const order = Array.from(probs.keys()).sort((a, b) => probs[b]! - probs[a]! || a - b);
  const nucleus: number[] = [];
  let kept = 0;
  for (const id of order) {
    if (kept >= topP) break;
    nucleus.push(id);
    kept += probs[id]!;
  }
  let left = rng.next() * kept;
  return nucleus.find((id) => (left -= probs[id]!) < 0) ?? nucleus.at(-1)!;
}
