import { gemm } from '../graph/matmul-ops.ts';
import { concat, reshape } from '../graph/shape-ops.ts';
import type { Value } from '../graph/value.ts';

/**
 * Weighted sums of token log-probabilities over sequences, one matrix product: chunks [n] that
 * together hold N tokens, `membership` [S, N] (1 where a token belongs to a sequence, or 1 / its
 * length for means); result [S].
 */
export function sequenceSums(chunks: readonly Value[], membership: Value): Value {
  const [sequences, tokens] = membership.shape;
  const whole = chunks.length === 1 ? chunks[0]! : concat(chunks, 0);
  return reshape(gemm(membership, reshape(whole, [tokens!, 1])), [sequences!]);
}
