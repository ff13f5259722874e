import { mul, sub } from './elementwise-ops.ts';
import { softmax } from './network-ops.ts';
import { reduceSum } from './shape-ops.ts';
import { node, operation, type Value } from './value.ts';

/**
 * Log-probabilities of every token, logits [N, V] to [N, V]: for losses that read the whole
 * vocabulary; `logprobsAt` is cheaper where few tokens matter. Gradient g − softmax · Σ_v g.
 */
export function allLogprobs(logits: Value): Value {
  return operation({
    name: 'allLogprobs',
    inputs: [logits],
    shape: logits.shape,
    lower: node('LogSoftmax', { axis: -1 }),
    gradient: (g) => [sub(g, mul(softmax(logits), reduceSum(g, [logits.shape.length - 1])))],
  });
}
