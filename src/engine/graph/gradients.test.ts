import { describe, expect, it } from 'vitest';
import { createRng } from '../../base/rng.ts';
import { createSession } from '../session.ts';
import { allLogprobs } from './all-logprobs.ts';
import { backward } from './backward.ts';
import { anchor, checkpoint } from './checkpoint.ts';
import { add, atLeast, div, exp, log, mul, neg, sigmoid, sub, swiglu } from './elementwise-ops.ts';
import { gatherRows, logprobsAt } from './gather-ops.ts';
import { batchedMatmul, gemm, loraLinear, scale, total } from './matmul-ops.ts';
import { rmsNorm, rope, ropeTables, softmax, softmaxMix } from './network-ops.ts';
import { softplus } from './softplus.ts';
import { concat, expand, reduceSum, reshape, slice, transpose } from './shape-ops.ts';
import { constant, input, sizeOf, type Value } from './value.ts';

/** Each op: shapes of its differentiable inputs, and the op itself. */
const OPS: Record<string, { shapes: number[][]; positive?: boolean; op: (x: Value[]) => Value }> = {
  add: { shapes: [[3, 4], [4]], op: ([a, b]) => add(a!, b!) },
  sub: {
    shapes: [
      [3, 4],
      [3, 1],
    ],
    op: ([a, b]) => sub(a!, b!),
  },
  mul: {
    shapes: [
      [2, 3, 4],
      [3, 1],
    ],
    op: ([a, b]) => mul(a!, b!),
  },
  div: {
    shapes: [
      [3, 4],
      [1, 4],
    ],
    positive: true,
    op: ([a, b]) => div(a!, b!),
  },
  neg: { shapes: [[5]], op: ([a]) => neg(a!) },
  exp: { shapes: [[5]], op: ([a]) => exp(a!) },
  log: { shapes: [[5]], positive: true, op: ([a]) => log(a!) },
  softplus: { shapes: [[5]], op: ([a]) => softplus(a!) },
  sigmoid: { shapes: [[5]], op: ([a]) => sigmoid(a!) },
  swiglu: {
    shapes: [
      [3, 5],
      [3, 5],
    ],
    op: ([a, b]) => swiglu(a!, b!),
  },
  atLeast: { shapes: [[9]], op: ([a]) => atLeast(a!, 0.05) },
  reshape: { shapes: [[4, 3]], op: ([a]) => reshape(a!, [2, 6]) },
  transpose: { shapes: [[2, 3, 4]], op: ([a]) => transpose(a!, [2, 0, 1]) },
  slice: { shapes: [[3, 5]], op: ([a]) => slice(a!, 1, 1, 4) },
  concat: {
    shapes: [
      [2, 2],
      [2, 3],
    ],
    op: ([a, b]) => concat([a!, b!], 1),
  },
  reduceSum: { shapes: [[3, 4]], op: ([a]) => reduceSum(a!, [1]) },
  expand: { shapes: [[3, 1]], op: ([a]) => expand(a!, [2, 3, 4]) },
  gemm: {
    shapes: [
      [3, 4],
      [4, 5],
    ],
    op: ([a, b]) => gemm(a!, b!),
  },
  'gemm aᵀ': {
    shapes: [
      [4, 3],
      [4, 5],
    ],
    op: ([a, b]) => gemm(a!, b!, { transposed: { a: true } }),
  },
  'gemm bᵀ': {
    shapes: [
      [3, 4],
      [5, 4],
    ],
    op: ([a, b]) => gemm(a!, b!, { transposed: { b: true } }),
  },
  'gemm aᵀbᵀ': {
    shapes: [
      [4, 3],
      [5, 4],
    ],
    op: ([a, b]) => gemm(a!, b!, { transposed: { a: true, b: true }, alpha: 0.7 }),
  },
  'gemm + c': {
    shapes: [
      [3, 4],
      [4, 5],
      [3, 5],
    ],
    op: ([a, b, c]) => gemm(a!, b!, { alpha: 0.5, addend: c! }),
  },
  loraLinear: {
    shapes: [
      [3, 4],
      [2, 4],
      [5, 2],
      [3, 5],
    ],
    op: ([x, a, b, c]) =>
      loraLinear(
        x!,
        constant([5, 4], new Float32Array(20).fill(0.3)),
        { a: a!, b: b!, scale: 0.7 },
        c!,
      ),
  },
  'sum of products': {
    shapes: [
      [3, 3],
      [3, 3],
    ],
    op: ([a, b]) => gemm(gemm(a!, b!), add(a!, gemm(a!, a!, { transposed: { b: true } }))),
  },
  matmul: {
    shapes: [
      [2, 3, 4],
      [2, 4, 5],
    ],
    op: ([a, b]) => batchedMatmul(a!, b!, { alpha: 0.5 }),
  },
  'matmul aᵀ': {
    shapes: [
      [2, 4, 3],
      [2, 4, 5],
    ],
    op: ([a, b]) => batchedMatmul(a!, b!, { a: true, alpha: 2 }),
  },
  'matmul bᵀ': {
    shapes: [
      [2, 2, 3, 4],
      [2, 2, 5, 4],
    ],
    op: ([a, b]) => batchedMatmul(a!, b!, { b: true }),
  },
  'matmul aᵀbᵀ': {
    shapes: [
      [2, 4, 3],
      [2, 5, 4],
    ],
    op: ([a, b]) => batchedMatmul(a!, b!, { a: true, b: true }),
  },
  scale: { shapes: [[4]], op: ([a]) => scale(a!, 0.3) },
  rmsNorm: { shapes: [[3, 8], [8]], op: ([a, b]) => rmsNorm(a!, b!, 1e-5) },
  softmax: { shapes: [[3, 6]], op: ([a]) => softmax(a!) },
  softmaxMix: {
    shapes: [
      [2, 3, 5],
      [2, 5, 4],
    ],
    op: ([a, b]) => softmaxMix(a!, b!),
  },
  rope: {
    shapes: [[2, 3, 16]],
    op: ([a]) =>
      rope(
        a!,
        constant([2, 3], BigInt64Array.of(0n, 1n, 2n, 5n, 0n, 7n)),
        ropeTables(8, Float32Array.of(1, 0.3, 0.1, 0.03)),
      ),
  },
  allLogprobs: { shapes: [[3, 7]], op: ([a]) => allLogprobs(a!) },
  anchor: { shapes: [[3, 4]], op: ([a]) => anchor(exp(a!)) },
  checkpoint: {
    shapes: [
      [3, 4],
      [5, 4],
    ],
    op: ([a, b]) =>
      checkpoint([exp(a!), b!], ([x, y]) =>
        exp(gemm(x!, y!, { transposed: { b: true }, alpha: 0.3 })),
      ),
  },
  gatherRows: {
    shapes: [[5, 3]],
    op: ([a]) => gatherRows(a!, constant([4], BigInt64Array.of(1n, 4n, 1n, 0n))),
  },
  logprobsAt: {
    shapes: [[3, 7]],
    op: ([a]) => logprobsAt(a!, constant([3, 2], BigInt64Array.of(0n, 6n, 3n, 2n, 5n, 1n))),
  },
};

describe('gradients against central differences', () => {
  it.each(Object.keys(OPS))('%s', async (name) => {
    const { shapes, op, positive = false } = OPS[name]!;
    const rng = createRng('gradients', name);
    const inputs = shapes.map((shape, i) => input(`x${i}`, shape));
    const result = op(inputs);
    // A random weighting of the outputs, so that no error can cancel in the sum.
    const weights = constant(
      result.shape,
      Float32Array.from({ length: sizeOf(result.shape) }, () => rng.normal()),
    );
    const loss = total(mul(result, weights));
    const outputs = new Map([['loss', loss]]);
    backward(loss, inputs).forEach((gradient, i) => outputs.set(`d${i}`, gradient));
    const session = await createSession(outputs, { threads: 1 });
    const data = shapes.map((shape) =>
      Float32Array.from({ length: sizeOf(shape) }, () =>
        positive ? 0.5 + rng.next() : rng.normal(),
      ),
    );
    const feeds = new Map(data.map((values, i) => [`x${i}`, values]));
    const lossAt = async (): Promise<number> => {
      await session.run(feeds);
      return Number(session.output('loss')[0]);
    };
    await lossAt();
    const analytic = data.map((_, i) => Float64Array.from(session.output(`d${i}`), Number));
    const step = 1e-2;
    for (const [i, values] of data.entries()) {
      for (let j = 0; j < values.length; j++) {
        const original = values[j]!;
        values[j] = original + step;
        const up = await lossAt();
        values[j] = original - step;
        const down = await lossAt();
        values[j] = original;
        const expected = (up - down) / (2 * step);
        expect(Math.abs(analytic[i]![j]! - expected)).toBeLessThan(5e-3 * (1 + Math.abs(expected)));
      }
    }
    await session.close();
  });
});
