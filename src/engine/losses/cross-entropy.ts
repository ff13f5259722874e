import { anchor } from '../graph/checkpoint.ts';
import { neg } from '../graph/elementwise-ops.ts';
import { logprobsAt } from '../graph/gather-ops.ts';
import { reshape } from '../graph/shape-ops.ts';
import type { Value } from '../graph/value.ts';

/** −log q_n(y_n), as in TRL's SFTTrainer. logits [N, V], tokens int [N]; result [N], in nats. */
export function crossEntropy(logits: Value, tokens: Value): Value {
  const n = tokens.shape[0]!;
  const chosen = anchor(logprobsAt(logits, reshape(tokens, [n, 1])));
  return neg(reshape(chosen, [n]));
}
