import { mul, sigmoid } from './elementwise-ops.ts';
import { node, operation, type Value } from './value.ts';

/** ln(1 + e^x) = −ln σ(−x), without overflow at either end. */
export function softplus(x: Value): Value {
  return operation({
    name: 'softplus',
    inputs: [x],
    shape: x.shape,
    lower: node('Softplus'),
    gradient: (g) => [mul(g, sigmoid(x))],
  });
}
