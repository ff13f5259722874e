import { add } from './elementwise-ops.ts';
import { scalar, topologicalOrder, type Value } from './value.ts';

/**
 * Reverse-mode differentiation: cotangents of `wrt` for a scalar `loss` (shape []).
 * Throws Error when a value on the path has no gradient or a `wrt` value is not reached.
 */
export function backward(loss: Value, wrt: readonly Value[]): Value[] {
  if (loss.shape.length !== 0) throw new RangeError('the loss must be a scalar');
  const order = topologicalOrder([loss]);
  const needed = reachedFrom(order, new Set(wrt));
  const cotangents = new Map<Value, Value>([[loss, scalar(1)]]);
  for (const value of order.reverse()) {
    const cotangent = cotangents.get(value);
    if (cotangent === undefined || value.source.kind !== 'op' || !needed.has(value)) continue;
    const { inputs, gradient, name } = value.source;
    if (gradient === undefined) throw new Error(`op ${name} has no gradient`);
    gradient(cotangent).forEach((flow, i) => {
      const operand = inputs[i]!;
      if (flow === undefined || !needed.has(operand)) return;
      const earlier = cotangents.get(operand);
      cotangents.set(operand, earlier === undefined ? flow : sum(earlier, flow));
    });
  }
  return wrt.map((value) => {
    const cotangent = cotangents.get(value);
    if (cotangent === undefined) throw new Error('the loss does not depend on a requested value');
    return cotangent;
  });
}

function sum(earlier: Value, flow: Value): Value {
  for (const [value, addend] of [
    [flow, earlier],
    [earlier, flow],
  ] as const) {
    if (value.source.kind === 'op' && value.source.plus) return value.source.plus(addend);
  }
  return add(earlier, flow);
}

/** Values that depend on any of `targets`; everything else needs no cotangent. */
function reachedFrom(order: readonly Value[], targets: ReadonlySet<Value>): Set<Value> {
  const reached = new Set<Value>(targets);
  for (const value of order) {
    if (value.source.kind === 'op' && value.source.inputs.some((x) => reached.has(x))) {
      reached.add(value);
    }
  }
  return reached;
}
