import { exp, mul, sub } from '../graph/elementwise-ops.ts';
import type { Value } from '../graph/value.ts';
import { mixtureLogprobs, sumOverBuckets, type Pairing } from './buckets.ts';
import { forwardKl } from './forward-kl.ts';
import { reverseKl } from './reverse-kl.ts';

/**
 * Skew KL KL(p ‖ α p + (1 − α) q), teacher p, student q (Ko et al. 2024, DistiLLM, section 3.1).
 * Its gradients stay bounded where q vanishes; α = 0 is the forward KL. Result [N], in nats.
 */
export function skewKl(pairing: Pairing, alpha: number): Value {
  if (alpha === 0) return forwardKl(pairing);
  return sumOverBuckets(pairing.blocks, (block) =>
    mul(block.probs, sub(block.logprobs, mixtureLogprobs(block, alpha))),
  );
}

/**
 * Skew reverse KL KL(q ‖ α q + (1 − α) p) (Ko et al. 2024, DistiLLM, section 3.1); α = 0 is the
 * reverse KL. Result [N], in nats.
 */
export function skewReverseKl(pairing: Pairing, alpha: number): Value {
  if (alpha === 0) return reverseKl(pairing);
  return sumOverBuckets(pairing.blocks, (block) =>
    mul(exp(block.student), sub(block.student, mixtureLogprobs(block, 1 - alpha))),
  );
}
