import type { Sampling } from './sample-replies.ts';

/** Share of `maxTokens` a completion is expected to take, before any was sampled. */
const EXPECTED_FILL = 0.6;
/** A scored token costs one forward pass, a trained one a forward and a backward pass. */
const SCORED_TOKEN = 1 / 3;

/** How much text a step is expected to handle. */
export interface TextSize {
  readonly rows: number;
  readonly promptTokens: number;
  readonly sampling: Sampling;
}

/** Expected cost of sampling, in trained-token equivalents. */
export function samplingCost({ rows, promptTokens, sampling }: TextSize): number {
  return Math.round(rows * (SCORED_TOKEN * promptTokens + EXPECTED_FILL * sampling.maxTokens));
}

/** Expected cost of scoring every completion once. */
export function scoringCost(size: TextSize): number {
  return Math.round(SCORED_TOKEN * textTokens(size));
}

/** Expected cost of training on every completion `epochs` times. */
export function trainingCost(size: TextSize, epochs: number): number {
  return Math.round(epochs * textTokens(size));
}

/** Expected cost of training on as many pairs of completions; `kto` scores each once more. */
export function preferenceCost(size: TextSize, epochs: number, method: 'dpo' | 'kto'): number {
  const both = { ...size, rows: 2 * size.rows };
  return trainingCost(both, epochs) + (method === 'kto' ? epochs * scoringCost(both) : 0);
}

/** Expected cost of scoring both completions of each pair, for `kto` with other prompts as well. */
export function referenceCost(size: TextSize, method: 'dpo' | 'kto'): number {
  return scoringCost({ ...size, rows: (method === 'kto' ? 4 : 2) * size.rows });
}

/** Expected cost of on-policy training: every row is scored and trained on, a share of them sampled. */
export function onPolicyCost(
  size: TextSize,
  plan: { readonly rounds: number; readonly rowsPerRound: number; readonly lmbda: number },
): number {
  const rows = { ...size, rows: plan.rounds * plan.rowsPerRound };
  const sampled = { ...rows, rows: plan.lmbda * rows.rows };
  return samplingCost(sampled) + scoringCost(rows) + trainingCost(rows, 1);
}

function textTokens({ rows, promptTokens, sampling }: TextSize): number {
  return rows * (promptTokens + EXPECTED_FILL * sampling.maxTokens);
}
