import { mul, sub } from '../graph/elementwise-ops.ts';
import type { Value } from '../graph/value.ts';
import { sumOverBuckets, type Pairing } from './buckets.ts';

/**
 * KL(p ‖ q) = Σ p (ln p − ln q), teacher p, student q (Hinton, Vinyals and Dean 2015; TRL: beta = 0).
 * Covers all of the teacher's modes. Result [N], in nats.
 */
export function forwardKl({ blocks, negentropy }: Pairing): Value {
  return sub(
    negentropy,
    sumOverBuckets(blocks, ({ probs, student }) => mul(probs, student)),
  );
}
