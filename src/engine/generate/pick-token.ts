import type { Rng } from '../../base/rng.ts';

export interface PickOptions {
  /** 0 is greedy. */
  readonly temperature: number;
  /** Nucleus sampling (Holtzman et al. 2020): the smallest set of tokens with this much mass. */
  readonly topP?: number;
}

/** Draws a token id from logits [V]. Ties at temperature 0 go to the lower id. */
export function pickToken(logits: Float32Array, options: PickOptions, rng: Rng): number {
  const { temperature, topP = 1 } = options;
  let best = 0;
  for (let i = 1; i < logits.length; i++) if (logits[i]! > logits[best]!) best = i;
  if (temperature === 0) return best;
  const top = logits[best]!;
  const probs = new Float64Array(logits.length);
  let total = 0;
  for (let i = 0; i < logits.length; i++) {
    probs[i] = Math.exp((logits[i]! - top) / temperature);
    total += probs[i]!;
  }
  if (topP < 1) total = keepNucleus(probs, total, topP);
  let left = rng.next() * total;
  let last = best;
  for (let i = 0; i < probs.length; i++) {
    if (probs[i] === 0) continue;
    last = i;
    left -= probs[i]!;
    if (left < 0) return i;
  }
  return last;
}

/** Zeroes everything outside the nucleus and returns the mass that is left. */
function keepNucleus(probs: Float64Array, total: number, topP: number): number {
  const order = Array.from(probs.keys()).sort((a, b) => probs[b]! - probs[a]! || a - b);
  let kept = 0;
  for (const index of order) {
    if (kept >= topP * total) probs[index] = 0;
    else kept += probs[index]!;
  }
  return kept;
}
