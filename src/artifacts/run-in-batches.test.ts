import { describe, expect, it } from 'vitest';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import type { Json } from '../base/json.ts';
import type { StepContext } from '../run/step.ts';
import { memoryObjects } from '../store/memory-objects.fixture.ts';
import { runInBatches } from './run-in-batches.ts';

function contextWith(rows: Map<number, Json>, signal = new AbortController().signal): StepContext {
  return {
    key: 'key',
    inputs: {},
    backend: createFakeBackend(),
    objects: memoryObjects(),
    items: {
      list: ({ from, to } = { from: 0, to: Infinity }) =>
        [...rows]
          .filter(([index]) => index >= from && index < to)
          .map(([index, value]) => ({ index, value })),
      add: (added) => added.forEach(({ index, value }) => rows.set(index, value)),
    },
    checkpointPath: '',
    signal,
    progress: () => undefined,
  };
}

/** The values of a batch tell who was in it. */
const produce = async (indices: readonly number[]) => ({
  values: indices.map((index) => `${index} of ${indices.join(',')}`),
  tokens: indices.length,
});

describe('runInBatches', () => {
  it('keeps batches fixed whatever was finished before', async () => {
    const whole = await runInBatches(contextWith(new Map()), { count: 7, batchSize: 3, produce });
    expect(whole[6]).toBe('6 of 6');
    for (const finished of [0, 3, 6, 7]) {
      const rows = new Map(whole.slice(0, finished).map((value, index) => [index, value]));
      expect(await runInBatches(contextWith(rows), { count: 7, batchSize: 3, produce })).toEqual(
        whole,
      );
    }
  });

  it('keeps what was finished when it is stopped', async () => {
    const stop = new AbortController();
    const rows = new Map<number, Json>();
    const stopping = async (indices: readonly number[]) => {
      if (indices.includes(3)) stop.abort();
      return produce(indices);
    };
    const running = runInBatches(contextWith(rows, stop.signal), {
      count: 9,
      batchSize: 3,
      produce: stopping,
    });
    await expect(running).rejects.toThrow('stopped');
    expect(rows.size).toBe(6);
  });

  it('refuses an answer of the wrong length', async () => {
    const short = async () => ({ values: [], tokens: 0 });
    await expect(
      runInBatches(contextWith(new Map()), { count: 2, batchSize: 2, produce: short }),
    ).rejects.toThrow('answered 0 of 2');
  });
});
