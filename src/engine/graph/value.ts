/**
 * A graph is a set of values that know how they were made. Ops are plain functions from values to
 * values; each op carries its ONNX lowering and its gradient, written with other ops. Shapes are
 * static: a graph is built for one shape bucket. The one exception is a free extent, written -1 on
 * an input and known only when the session runs; -k stands for k times that extent.
 */
export type ElementType = 'float32' | 'int64' | 'int32' | 'bool';

export interface Value {
  readonly shape: readonly number[];
  readonly type: ElementType;
  readonly source: Source;
}

export type Source =
  | { readonly kind: 'input'; readonly name: string }
  | { readonly kind: 'constant'; readonly data: Float32Array | BigInt64Array }
  | Operation;

export interface Operation {
  readonly kind: 'op';
  readonly name: string;
  readonly inputs: readonly Value[];
  /** Emits ONNX nodes and returns the name of the result. */
  readonly lower: (emit: Emit, inputs: readonly string[]) => string;
  /** Cotangents of the inputs given that of the output; undefined where none flows. */
  readonly gradient: ((cotangent: Value) => readonly (Value | undefined)[]) | undefined;
  /** The same value plus another, where the kernel can add for free. */
  readonly plus: ((addend: Value) => Value) | undefined;
}

export type Attributes = Readonly<Record<string, number | string | readonly number[]>>;

/** Adds one ONNX node (or finds an equal one) and returns its output names. */
export type Emit = (node: {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly attributes?: Attributes;
  readonly domain?: 'com.microsoft';
  readonly outputs?: number;
}) => readonly string[];

/** A named input, fed on every run. */
export function input(
  name: string,
  shape: readonly number[],
  type: ElementType = 'float32',
): Value {
  return { shape, type, source: { kind: 'input', name } };
}

/** A constant baked into the graph: float32 or int64. */
export function constant(shape: readonly number[], data: Float32Array | BigInt64Array): Value {
  const type = data instanceof Float32Array ? 'float32' : 'int64';
  return { shape, type, source: { kind: 'constant', data } };
}

/** A float32 scalar (shape []). */
export function scalar(value: number): Value {
  return constant([], Float32Array.of(value));
}

/** The value of an op; `gradient` undefined marks ops that are never differentiated. */
export function operation(
  spec: Omit<Operation, 'kind' | 'gradient' | 'plus'> & {
    readonly shape: readonly number[];
    readonly type?: ElementType;
    readonly gradient?: Operation['gradient'];
    readonly plus?: Operation['plus'];
  },
): Value {
  const { name, inputs, lower, gradient, plus, shape, type = 'float32' } = spec;
  return { shape, type, source: { kind: 'op', name, inputs, lower, gradient, plus } };
}

/** Number of elements. */
export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, extent) => product * extent, 1);
}

/** Lowering of ops that are one ONNX node with one output. */
export function node(
  op: string,
  attributes: Attributes = {},
  domain?: 'com.microsoft',
): Operation['lower'] {
  return (emit, inputs) =>
    emit({ op, inputs, attributes, ...(domain === undefined ? {} : { domain }) })[0]!;
}

/** All values that `outputs` depend on, inputs before users. */
export function topologicalOrder(outputs: readonly Value[]): Value[] {
  const order: Value[] = [];
  const seen = new Set<Value>();
  // An explicit stack: a deep model would overflow the call stack.
  const stack = [...outputs].reverse().map((value) => ({ value, expanded: false }));
  while (stack.length > 0) {
    const top = stack.pop()!;
    if (top.expanded) {
      order.push(top.value);
      continue;
    }
    if (seen.has(top.value)) continue;
    seen.add(top.value);
    stack.push({ value: top.value, expanded: true });
    if (top.value.source.kind !== 'op') continue;
    for (const dependency of [...top.value.source.inputs].reverse()) {
      if (!seen.has(dependency)) stack.push({ value: dependency, expanded: false });
    }
  }
  return order;
}
