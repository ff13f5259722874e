import { backward } from './backward.ts';
import { add, mul } from './elementwise-ops.ts';
import { scale, total } from './matmul-ops.ts';
import { operation, type Value } from './value.ts';

/**
 * f(inputs), made again in the backward pass instead of kept until then (Chen et al. 2016): for
 * values that are large inside and whose cotangent is known late. The first input is tied to the
 * cotangent, so that no optimiser can take the two for one. `f` may depend on its inputs alone.
 */
export function checkpoint(
  inputs: readonly Value[],
  f: (inputs: readonly Value[]) => Value,
): Value {
  const made = f(inputs);
  return operation({
    name: 'checkpoint',
    inputs: [...inputs, made],
    shape: made.shape,
    lower: (_emit, names) => names.at(-1)!,
    gradient: (g) => {
      const again = inputs.map((x, i) => cut(i === 0 ? tiedTo(x, g) : x));
      return [...backward(total(mul(f(again), g)), again), undefined];
    },
  });
}

/**
 * x itself, but with a cotangent that waits for x. Without it a kernel that makes x from something
 * large may be put off until the backward pass is over, and the large thing kept for it all along.
 */
export function anchor(x: Value): Value {
  return operation({
    name: 'anchor',
    inputs: [x],
    shape: x.shape,
    lower: (_emit, [name]) => name!,
    gradient: (g) => [tiedTo(g, x)],
  });
}

/** x itself, where differentiation stops. */
function cut(x: Value): Value {
  return operation({
    name: 'cut',
    inputs: [x],
    shape: x.shape,
    lower: (_emit, [name]) => name!,
    gradient: () => [undefined],
  });
}

/** x, computed after y. */
function tiedTo(x: Value, y: Value): Value {
  return add(x, scale(total(y), 0));
}
