import { constant, node, operation, sizeOf, type Value } from './value.ts';

/** Same elements, new shape. */
export function reshape(x: Value, shape: readonly number[]): Value {
  if (sizeOf(shape) !== sizeOf(x.shape)) {
    throw new RangeError(`cannot reshape [${x.shape.join()}] to [${shape.join()}]`);
  }
  return operation({
    name: 'reshape',
    inputs: [x, int64(shape.map((extent) => Math.max(-1, extent)))],
    shape,
    type: x.type,
    lower: node('Reshape'),
    gradient: (g) => [reshape(g, x.shape), undefined],
  });
}

/** Axes reordered: axis i of the result is axis `perm[i]` of `x`. */
export function transpose(x: Value, perm: readonly number[]): Value {
  const inverse = perm.map((_, axis) => perm.indexOf(axis));
  return operation({
    name: 'transpose',
    inputs: [x],
    shape: perm.map((axis) => x.shape[axis]!),
    type: x.type,
    lower: node('Transpose', { perm }),
    gradient: (g) => [transpose(g, inverse)],
  });
}

/** Elements [start, end) along one axis. */
export function slice(x: Value, axis: number, start: number, end: number): Value {
  const shape = x.shape.map((extent, i) => (i === axis ? end - start : extent));
  return operation({
    name: 'slice',
    inputs: [x, int64([start]), int64([end]), int64([axis])],
    shape,
    type: x.type,
    lower: node('Slice'),
    gradient: (g) => [padAxis(g, axis, start, x.shape[axis]! - end)],
  });
}

/** Joins values along one axis; all other extents agree. */
export function concat(values: readonly Value[], axis: number): Value {
  const [first] = values;
  if (first === undefined) throw new RangeError('concat of nothing');
  const extents = values.map((value) => value.shape[axis]!);
  const total = extents.reduce((sum, extent) => sum + extent, 0);
  return operation({
    name: 'concat',
    inputs: values,
    shape: first.shape.map((extent, i) => (i === axis ? total : extent)),
    type: first.type,
    lower: node('Concat', { axis }),
    gradient: (g) => {
      let at = 0;
      return extents.map((extent) => slice(g, axis, at, (at += extent)));
    },
  });
}

function padAxis(x: Value, axis: number, before: number, after: number): Value {
  const block = (extent: number): Value => {
    const shape = x.shape.map((size, i) => (i === axis ? extent : size));
    return constant(shape, new Float32Array(sizeOf(shape)));
  };
  const parts = [...(before > 0 ? [block(before)] : []), x, ...(after > 0 ? [block(after)] : [])];
  return parts.length === 1 ? x : concat(parts, axis);
}

/** Sum over axes, which stay with extent 1. */
export function reduceSum(x: Value, axes: readonly number[]): Value {
  return operation({
    name: 'reduceSum',
    inputs: [x, int64(axes)],
    shape: x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent)),
    lower: node('ReduceSum', { keepdims: 1 }),
    gradient: (g) => [expand(g, x.shape), undefined],
  });
}

/** Broadcasts to a larger shape. */
export function expand(x: Value, shape: readonly number[]): Value {
  return operation({
    name: 'expand',
    inputs: [x, int64(shape)],
    shape,
    type: x.type,
    lower: node('Expand'),
    gradient: (g) => [sumTo(g, x.shape), undefined],
  });
}

/** Undoes broadcasting: sums the axes along which `shape` was stretched. */
export function sumTo(x: Value, shape: readonly number[]): Value {
  const lead = x.shape.length - shape.length;
  const axes = x.shape.flatMap((extent, axis) =>
    axis < lead || (shape[axis - lead] === 1 && extent !== 1) ? [axis] : [],
  );
  const summed = axes.length === 0 ? x : reduceSum(x, axes);
  return lead === 0 ? summed : reshape(summed, shape);
}

/** An int64 vector constant. */
export function int64(values: readonly number[]): Value {
  return constant([values.length], BigInt64Array.from(values, BigInt));
}
