import { mul, sigmoid, sub } from '../graph/elementwise-ops.ts';
import { scale } from '../graph/matmul-ops.ts';
import type { Value } from '../graph/value.ts';

/**
 * KTO (Ethayarajh et al. 2024, eq. 7; TRL's loss type `kto`), without the weights λ: with
 * r = ln π(y) − ln π_ref(y) and the baseline z ≥ 0, an estimate of KL(π ‖ π_ref) through which no
 * gradient flows, 1 − σ(β (r − z)) for desirable completions and 1 − σ(β (z − r)) for the others.
 * policy, reference and sign (1 desirable, −1 not) are [S], baseline []; result [S], within [0, 1].
 */
export function kto(
  policy: Value,
  reference: Value,
  baseline: Value,
  sign: Value,
  beta: number,
): Value {
  const gain = mul(sign, sub(sub(policy, reference), baseline));
  return sigmoid(scale(gain, -beta));
}
