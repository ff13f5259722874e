import { gemm } from '../src/engine/graph/matmul-ops.ts';
import { input } from '../src/engine/graph/value.ts';
import { createSession } from '../src/engine/session.ts';

const SIZE = 1024;
const REPEATS = 20;

/** Best of several 1024³ products with warm buffers and preallocated output, in GFLOP/s. */
export async function matmulGflops(threads: number): Promise<number> {
  const shape = [SIZE, SIZE];
  const outputs = new Map([['c', gemm(input('a', shape), input('b', shape))]]);
  const session = await createSession(outputs, { threads });
  const feeds = new Map(
    ['a', 'b'].map((name) => [name, new Float32Array(SIZE * SIZE).fill(0.5)] as const),
  );
  let bestMs = Infinity;
  for (let i = 0; i < REPEATS; i++) {
    const start = performance.now();
    await session.run(feeds);
    bestMs = Math.min(bestMs, performance.now() - start);
  }
  await session.close();
  return (2 * SIZE ** 3) / bestMs / 1e6;
}
