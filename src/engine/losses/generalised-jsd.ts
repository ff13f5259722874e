import { add, exp, mul, sub } from '../graph/elementwise-ops.ts';
import { scale } from '../graph/matmul-ops.ts';
import type { Value } from '../graph/value.ts';
import { mixtureLogprobs, sumOverBuckets, type Pairing } from './buckets.ts';
import { forwardKl } from './forward-kl.ts';
import { reverseKl } from './reverse-kl.ts';

/**
 * Generalised Jensen–Shannon divergence (Agarwal et al. 2023, GKD, eq. 1):
 * β KL(p ‖ m) + (1 − β) KL(q ‖ m), m = β p + (1 − β) q, teacher p, student q.
 * At β = 0 and 1, where that is 0, it is the forward and the reverse KL, as in TRL: the limits of
 * JSD / β and JSD / (1 − β). Result [N], in nats.
 */
export function generalisedJsd(pairing: Pairing, beta: number): Value {
  if (beta === 0) return forwardKl(pairing);
  if (beta === 1) return reverseKl(pairing);
  return sumOverBuckets(pairing.blocks, (block) => {
    const { probs, logprobs, student } = block;
    const mixture = mixtureLogprobs(block, beta);
    const ofTeacher = mul(probs, sub(logprobs, mixture));
    const ofStudent = mul(exp(student), sub(student, mixture));
    return add(scale(ofTeacher, beta), scale(ofStudent, 1 - beta));
  });
}
