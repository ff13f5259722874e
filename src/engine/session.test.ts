import { afterAll, describe, expect, it } from 'vitest';
import { linear } from './graph/matmul-ops.ts';
import { input, type Value } from './graph/value.ts';
import { createSessionCache } from './session-cache.ts';
import type { ShapedData, TensorData } from './session.ts';
import type { DenseTensor } from './types.ts';

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

const weightsOf = (factor: number): Map<string, DenseTensor> =>
  new Map([
    [
      'w',
      { shape: [5, 3], data: Float32Array.from({ length: 15 }, (_, i) => factor * Math.sin(i)) },
    ],
    ['unused', { shape: [2], data: new Float32Array(2) }],
  ]);
const product = (): Map<string, Value> =>
  new Map([['y', linear(input('x', [-1, 3]), input('w', [5, 3]))]]);
const shaped = (rows: number) => ({
  data: Float32Array.from({ length: rows * 3 }, (_, i) => Math.cos(i)),
  shape: [rows, 3],
});

async function run(rows: number, weights: Map<string, DenseTensor>, isBaked: boolean) {
  const session = await cache.get({ product }, product, isBaked ? weights : undefined);
  const y = { data: new Float32Array(rows * 5), shape: [rows, 5] };
  const feeds = new Map<string, TensorData | ShapedData>([['x', shaped(rows)]]);
  if (!isBaked) for (const [name, { data }] of weights) feeds.set(name, data);
  await session.run(feeds, new Map([['y', y]]));
  return y.data;
}

describe('sessions', () => {
  it('take any number of rows where an extent is free, and baked weights like fed ones', async () => {
    for (const weights of [weightsOf(1), weightsOf(2)]) {
      for (const rows of [2, 7, 3]) {
        const fed = await run(rows, weights, false);
        const baked = await run(rows, weights, true);
        expect(fed.some((x) => x !== 0)).toBe(true);
        fed.forEach((x, i) => expect(baked[i]).toBeCloseTo(x, 5));
      }
    }
  });

  it('are shared by spec, or by spec and weights where these are baked', async () => {
    const [first, second] = [weightsOf(1), weightsOf(2)];
    const get = (weights?: Map<string, DenseTensor>) => cache.get({ shared: 1 }, product, weights);
    expect(await get()).toBe(await get());
    const baked = await get(first);
    expect(await get(first)).toBe(baked);
    expect(await get(second)).not.toBe(baked);
    expect(await get(first)).not.toBe(baked);
  });

  it('name the input that is missing and the shape that does not fit', async () => {
    const session = await cache.get({ product }, product);
    await expect(session.run(new Map())).rejects.toThrow(/no data for graph input x/);
    const feeds = new Map([['x', { data: new Float32Array(4), shape: [2, 3] }]]);
    await expect(session.run(feeds)).rejects.toThrow(/expected 6 numbers for \[2,3\], got 4/);
  });
});
