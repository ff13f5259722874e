import { add, neg, sub } from '../graph/elementwise-ops.ts';
import { scale } from '../graph/matmul-ops.ts';
import { softplus } from '../graph/softplus.ts';
import type { Value } from '../graph/value.ts';

/** Log-probabilities [P] of the completions of P pairs. */
export interface PairLogprobs {
  readonly chosen: Value;
  readonly rejected: Value;
}

/**
 * DPO (Rafailov et al. 2023, eq. 7): −ln σ(β Δ), Δ = (ln π(y_w) − ln π_ref(y_w)) − (ln π(y_l) − ln π_ref(y_l)),
 * TRL's loss type `sigmoid`. With label smoothing ε (Mitchell 2023, cDPO): (1 − ε) · −ln σ(β Δ) + ε · −ln σ(−β Δ).
 * Given means over tokens instead of sums, it is TRL's `sigmoid_norm`. Result [P], in nats.
 */
export function dpo(
  policy: PairLogprobs,
  reference: PairLogprobs,
  options: { readonly beta: number; readonly labelSmoothing: number },
): Value {
  const { beta, labelSmoothing } = options;
  const ofChosen = sub(policy.chosen, reference.chosen);
  const ofRejected = sub(policy.rejected, reference.rejected);
  const margin = scale(sub(ofChosen, ofRejected), beta);
  const agree = softplus(neg(margin));
  if (labelSmoothing === 0) return agree;
  return add(scale(agree, 1 - labelSmoothing), scale(softplus(margin), labelSmoothing));
}
