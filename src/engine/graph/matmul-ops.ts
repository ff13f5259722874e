import { mul } from './elementwise-ops.ts';
import { sumTo } from './shape-ops.ts';
import { node, operation, scalar, type Value } from './value.ts';

interface Transposed {
  readonly a?: boolean;
  readonly b?: boolean;
}

interface GemmOptions {
  readonly transposed?: Transposed;
  readonly alpha?: number;
  /** Added to the product, same shape as the result. */
  readonly addend?: Value;
}

/** alpha · a·b + addend for matrices, either one transposed first: one kernel, no passes between. */
export function gemm(a: Value, b: Value, options: GemmOptions = {}): Value {
  const { transposed = {}, alpha = 1, addend } = options;
  const [m, k] = lastTwo(a, transposed.a);
  const [k2, n] = lastTwo(b, transposed.b);
  if (k !== k2) throw new RangeError(`gemm of [${a.shape.join()}] and [${b.shape.join()}]`);
  const product = (x: Value, y: Value, xT: boolean, yT: boolean): Value =>
    gemm(x, y, { transposed: { a: xT, b: yT }, alpha });
  const { a: aT = false, b: bT = false } = transposed;
  return operation({
    name: addend === undefined ? 'gemm' : 'gemmAdd',
    inputs: addend === undefined ? [a, b] : [a, b, addend],
    shape: [m, n],
    lower: node('Gemm', { transA: Number(aT), transB: Number(bT), alpha }),
    gradient: (g) => [
      aT ? product(b, g, bT, true) : product(g, b, false, !bT),
      bT ? product(g, a, true, aT) : product(a, g, !aT, false),
      ...(addend === undefined ? [] : [g]),
    ],
    plus:
      addend === undefined ? (earlier) => gemm(a, b, { ...options, addend: earlier }) : undefined,
  });
}

/** x_ND · Wᵀ (+ addend) for a weight stored as [out, in], the layout of Hugging Face linear layers. */
export function linear(
  x: Value,
  weight: Value,
  options: { readonly alpha?: number; readonly addend?: Value } = {},
): Value {
  return gemm(x, weight, { ...options, transposed: { b: true } });
}

/**
 * x_ND · (W + scale · B·A)ᵀ (+ addend): a linear layer with a LoRA branch (Hu et al. 2021, eq. 3),
 * A [rank, in] and B [out, rank]. The branch is merged into the weight once per run, which costs
 * less than two thin products per token both ways; W itself gets no gradient.
 */
export function loraLinear(
  x: Value,
  weight: Value,
  factors: { readonly a: Value; readonly b: Value; readonly scale: number },
  addend?: Value,
): Value {
  const { a, b, scale: alpha } = factors;
  const merged = gemm(b, a, { alpha, addend: weight });
  const transposed = { a: true };
  return operation({
    name: 'loraLinear',
    inputs: [x, merged, a, b, ...(addend === undefined ? [] : [addend])],
    shape: [x.shape[0]!, weight.shape[0]!],
    lower: (emit, [xName, mergedName, , , addendName]) => {
      const inputs = [xName!, mergedName!, ...(addendName === undefined ? [] : [addendName])];
      return emit({ op: 'Gemm', inputs, attributes: { transB: 1 } })[0]!;
    },
    gradient: (g) => [
      gemm(g, merged),
      undefined,
      gemm(gemm(g, b), x, { transposed, alpha }),
      gemm(g, linear(x, a), { transposed, alpha }),
      ...(addend === undefined ? [] : [g]),
    ],
  });
}

/**
 * Batched product over the last two axes, leading axes broadcast, times `alpha`. Transposition is
 * part of the kernel, so attention needs no copies.
 */
export function batchedMatmul(
  a: Value,
  b: Value,
  options: Transposed & { readonly alpha?: number } = {},
): Value {
  const { alpha = 1 } = options;
  const [m, k] = lastTwo(a, options.a);
  const [k2, n] = lastTwo(b, options.b);
  const lead = a.shape.slice(0, -2);
  if (k !== k2 || lead.join() !== b.shape.slice(0, -2).join()) {
    throw new RangeError(`matmul of [${a.shape.join()}] and [${b.shape.join()}]`);
  }
  return operation({
    name: 'matmul',
    inputs: [a, b],
    shape: [...lead, m, n],
    lower: node(
      'FusedMatMul',
      { transA: Number(options.a ?? 0), transB: Number(options.b ?? 0), alpha },
      'com.microsoft',
    ),
    gradient: (g) => [
      options.a
        ? batchedMatmul(b, g, { a: options.b ?? false, b: true, alpha })
        : batchedMatmul(g, b, { b: !options.b, alpha }),
      options.b
        ? batchedMatmul(g, a, { a: true, b: options.a ?? false, alpha })
        : batchedMatmul(a, g, { a: !options.a, alpha }),
    ],
  });
}

/** x · factor for a constant factor. */
export function scale(x: Value, factor: number): Value {
  return factor === 1 ? x : mul(x, scalar(factor));
}

/** Sum of all elements, shape []. */
export function total(x: Value): Value {
  return sumTo(x, []);
}

function lastTwo(x: Value, transposed: boolean | undefined): [number, number] {
  const [rows, columns] = x.shape.slice(-2);
  return transposed ? [columns!, rows!] : [rows!, columns!];
}
