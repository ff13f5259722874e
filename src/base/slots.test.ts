import { describe, expect, it } from 'vitest';
import { createSlots } from './slots.ts';

describe('createSlots', () => {
  it('never has more under way than slots, and keeps the order', async () => {
    const slots = createSlots(2);
    let now = 0;
    let most = 0;
    const begun: number[] = [];
    await Promise.all(
      Array.from({ length: 7 }, (_, i) =>
        slots(async () => {
          begun.push(i);
          most = Math.max(most, ++now);
          await Promise.resolve();
          now--;
        }),
      ),
    );
    expect(most).toBe(2);
    expect(begun).toEqual([0, 1, 2, 3, 4, 5, 6]);
  });

  it('frees the slot of work that fails', async () => {
    const slots = createSlots(1);
    await expect(slots(() => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await slots(async () => 3)).toBe(3);
  });
});
