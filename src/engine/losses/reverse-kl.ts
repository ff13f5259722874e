import { exp, mul, sub } from '../graph/elementwise-ops.ts';
import type { Value } from '../graph/value.ts';
import { sumOverBuckets, type Pairing } from './buckets.ts';

/**
 * KL(q ‖ p) = Σ q (ln q − ln p), teacher p, student q (Gu et al. 2023, MiniLLM; TRL: beta = 1).
 * Seeks modes, and is the usual loss on the student's own samples. Result [N], in nats.
 */
export function reverseKl({ blocks }: Pairing): Value {
  return sumOverBuckets(blocks, ({ logprobs, student }) =>
    mul(exp(student), sub(student, logprobs)),
  );
}
