import { sumTo } from './shape-ops.ts';
import { node, operation, scalar, type Value } from './value.ts';

/** a + b with NumPy broadcasting. */
export function add(a: Value, b: Value): Value {
  return operation({
    name: 'add',
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    lower: node('Add'),
    gradient: (g) => [sumTo(g, a.shape), sumTo(g, b.shape)],
  });
}

/** a − b with NumPy broadcasting. */
export function sub(a: Value, b: Value): Value {
  return operation({
    name: 'sub',
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    lower: node('Sub'),
    gradient: (g) => [sumTo(g, a.shape), sumTo(neg(g), b.shape)],
  });
}

/** a · b with NumPy broadcasting. */
export function mul(a: Value, b: Value): Value {
  return operation({
    name: 'mul',
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    lower: node('Mul'),
    gradient: (g) => [sumTo(mul(g, b), a.shape), sumTo(mul(g, a), b.shape)],
  });
}

/** a / b with NumPy broadcasting. */
export function div(a: Value, b: Value): Value {
  return operation({
    name: 'div',
    inputs: [a, b],
    shape: broadcastShape(a.shape, b.shape),
    lower: node('Div'),
    gradient: (g) => [sumTo(div(g, b), a.shape), sumTo(neg(div(mul(g, div(a, b)), b)), b.shape)],
  });
}

/** −x. */
export function neg(x: Value): Value {
  return unary('Neg', x, (g) => neg(g));
}

/** e^x. */
export function exp(x: Value): Value {
  return unary('Exp', x, (g) => mul(g, exp(x)));
}

/** ln x. */
export function log(x: Value): Value {
  return unary('Log', x, (g) => div(g, x));
}

/** 1 / (1 + e^−x). */
export function sigmoid(x: Value): Value {
  return unary('Sigmoid', x, (g) => {
    const s = sigmoid(x);
    return mul(g, mul(s, sub(scalar(1), s)));
  });
}

/** max(x, floor); no gradient flows where the floor holds. */
export function atLeast(x: Value, floor: number): Value {
  return operation({
    name: 'atLeast',
    inputs: [x, scalar(floor)],
    shape: x.shape,
    lower: node('Max'),
    gradient: (g) => [mul(g, above(x, floor)), undefined],
  });
}

/** 1 where x > floor, else 0. */
function above(x: Value, floor: number): Value {
  return operation({
    name: 'above',
    inputs: [x, scalar(floor)],
    shape: x.shape,
    lower: (emit, inputs) => {
      const greater = emit({ op: 'Greater', inputs })[0]!;
      return emit({ op: 'Cast', inputs: [greater], attributes: { to: 1 } })[0]!;
    },
  });
}

/**
 * silu(gate) · up (SwiGLU, Shazeer 2020), silu(x) = x · sigmoid(x). With s = sigmoid(gate) and
 * h the result, d gate = g · (h + s · (up − h)): one wide pass fewer than through silu and mul.
 */
export function swiglu(gate: Value, up: Value): Value {
  const gated = operation({
    name: 'silu',
    inputs: [gate],
    shape: gate.shape,
    lower: node('QuickGelu', { alpha: 1.0 }, 'com.microsoft'),
  });
  const product: Value = operation({
    name: 'swiglu',
    inputs: [gate, up, gated],
    shape: gate.shape,
    lower: (emit, [, upName, gatedName]) => emit({ op: 'Mul', inputs: [gatedName!, upName!] })[0]!,
    gradient: (g) => {
      const slope = add(product, mul(sigmoid(gate), sub(up, product)));
      return [mul(g, slope), mul(g, gated), undefined];
    },
  });
  return product;
}

function unary(op: string, x: Value, gradient: (g: Value) => Value): Value {
  return operation({
    name: op.toLowerCase(),
    inputs: [x],
    shape: x.shape,
    lower: node(op),
    gradient: (g) => [gradient(g)],
  });
}

/** Shape of a broadcast of two shapes; throws RangeError when they do not fit. */
export function broadcastShape(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[a.length - rank + i] ?? 1;
    const y = b[b.length - rank + i] ?? 1;
    if (x !== y && x !== 1 && y !== 1) {
      throw new RangeError(`cannot broadcast [${a.join()}] with [${b.join()}]`);
    }
    return x === 1 ? y : x;
  });
}
