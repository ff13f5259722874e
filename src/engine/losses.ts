import { add, atLeast, exp, log, mul, neg, sub } from './graph/elementwise-ops.ts';
import { logprobsAt } from './graph/gather-ops.ts';
import { total } from './graph/matmul-ops.ts';
import { reduceSum, reshape } from './graph/shape-ops.ts';
import { scalar, type Value } from './graph/value.ts';

/** Least probability the tail bucket is taken to have: below it float32 cannot tell 1 − Σq from 0. */
export const TAIL_FLOOR = 1e-6;

/**
 * Cross-entropy −Σ_n w_n log q_n(y_n), as in TRL's SFTTrainer with completion_only_loss.
 * logits [N, V], targets int [N], weights [N] (0 for padding); result [].
 */
export function crossEntropy(logits: Value, targets: Value, weights: Value): Value {
  const n = weights.shape[0]!;
  const logprobs = reshape(logprobsAt(logits, reshape(targets, [n, 1])), [n]);
  return neg(total(mul(weights, logprobs)));
}

/** Teacher distributions as graph values: `probs` [N, K], `tail` [N] = 1 − Σ probs, `negentropy` [N] = Σ p ln p. */
export interface TopKTargets {
  readonly ids: Value;
  readonly probs: Value;
  readonly tail: Value;
  readonly negentropy: Value;
}

/**
 * Forward KL Σ_n w_n KL(p_n ‖ q_n) on the teacher's top-k tokens plus one bucket for all others
 * (TRL: beta = 0, loss_top_k = K, loss_add_tail). Without a tail when K covers the vocabulary.
 */
export function forwardKl(
  logits: Value,
  targets: TopKTargets,
  weights: Value,
  temperature: number,
): Value {
  const n = weights.shape[0]!;
  const tempered = temperature === 1 ? logits : mul(logits, scalar(1 / temperature));
  const logq = logprobsAt(tempered, targets.ids);
  const onTop = reshape(reduceSum(mul(targets.probs, logq), [1]), [n]);
  const isWhole = targets.ids.shape[1] === logits.shape[1];
  const cross = isWhole ? onTop : add(onTop, mul(targets.tail, tailLogprob(logq, n)));
  return total(mul(weights, sub(targets.negentropy, cross)));
}

function tailLogprob(logq: Value, n: number): Value {
  const mass = reshape(reduceSum(exp(logq), [1]), [n]);
  return log(atLeast(sub(scalar(1), mass), TAIL_FLOOR));
}
