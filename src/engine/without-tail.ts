import type { TopKScores } from './types.ts';

/**
 * Distributions cut to their top-k tokens and scaled to sum to 1: the tail bucket is then empty, and
 * a student is taught that nothing else may follow.
 */
export function withoutTail(scores: TopKScores): TopKScores {
  const { rows, topK } = scores;
  const logprobs_NK = Float32Array.from(scores.logprobs_NK);
  for (let row = 0; row < rows; row++) {
    const own = logprobs_NK.subarray(row * topK, (row + 1) * topK);
    const mass = own.reduce((sum, logprob) => sum + Math.exp(logprob), 0);
    const shift = Math.log(mass);
    for (let k = 0; k < topK; k++) own[k] = own[k]! - shift;
  }
  return { ...scores, logprobs_NK };
}
