import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { mapLimit } from './map-limit.ts';

describe('mapLimit', () => {
  it('keeps input order and never exceeds the limit', async () => {
    let underWay = 0;
    let most = 0;
    const results = await mapLimit([5, 1, 4, 2, 3], 2, async (item, index) => {
      most = Math.max(most, ++underWay);
      await sleep(item);
      underWay--;
      return [item, index];
    });
    expect(results).toEqual([
      [5, 0],
      [1, 1],
      [4, 2],
      [2, 3],
      [3, 4],
    ]);
    expect(most).toBe(2);
  });

  it('rejects with the first error and begins nothing more', async () => {
    const begun: number[] = [];
    const work = mapLimit([0, 1, 2, 3, 4, 5], 2, async (item) => {
      begun.push(item);
      await sleep(2);
      if (item === 1) throw new Error('one');
    });
    await expect(work).rejects.toThrow('one');
    await sleep(10);
    expect(begun).not.toContain(4);
  });

  it('maps nothing to nothing', async () => {
    expect(await mapLimit([], 3, async () => 1)).toEqual([]);
  });
});
