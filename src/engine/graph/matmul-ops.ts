import { mul } from './elementwise-ops.ts';
import { sumTo } from './shape-ops.ts';
import { node, operation, scalar, type Value } from './value.ts';

interface Transposed {
  readonly a?: boolean;
  readonly b?: boolean;
}

/** Product of two matrices, either one transposed first; all shapes 2-D. */
export function gemm(a: Value, b: Value, transposed: Transposed = {}): Value {
  const [m, k] = transposed.a ? [a.shape[1]!, a.shape[0]!] : [a.shape[0]!, a.shape[1]!];
  const [k2, n] = transposed.b ? [b.shape[1]!, b.shape[0]!] : [b.shape[0]!, b.shape[1]!];
  if (k !== k2) throw new RangeError(`gemm of [${a.shape.join()}] and [${b.shape.join()}]`);
  return operation({
    name: 'gemm',
    inputs: [a, b],
    shape: [m, n],
    lower: node('Gemm', { transA: Number(transposed.a ?? 0), transB: Number(transposed.b ?? 0) }),
    gradient: (g) => [
      transposed.a
        ? gemm(b, g, { a: transposed.b ?? false, b: true })
        : gemm(g, b, { b: !transposed.b }),
      transposed.b
        ? gemm(g, a, { a: true, b: transposed.a ?? false })
        : gemm(a, g, { a: !transposed.a }),
    ],
  });
}

/** x_ND · Wᵀ for a weight stored as [out, in], the layout of Hugging Face linear layers. */
export function linear(x: Value, weight: Value): Value {
  return gemm(x, weight, { b: true });
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
