import { describe, expect, it } from 'vitest';
import { withInterrupt } from './interrupt.ts';
import { testIo } from './io.fixture.ts';

const nothing = (): void => undefined;

describe('withInterrupt', () => {
  it('passes values and errors through when nobody interrupts', async () => {
    const { io } = testIo();
    expect(await withInterrupt(io, nothing, nothing, async () => 7)).toEqual({
      interrupted: false,
      value: 7,
    });
    await expect(
      withInterrupt(io, nothing, nothing, () => Promise.reject(new Error('broken'))),
    ).rejects.toThrow('broken');
  });

  it('aborts on the first Ctrl-C and kills on the second', async () => {
    const { io, interrupt, killed } = testIo();
    const seen: string[] = [];
    const result = await withInterrupt(
      io,
      () => seen.push('first'),
      () => seen.push('second'),
      async (signal) => {
        interrupt();
        expect(signal.aborted).toBe(true);
        expect(killed()).toBeUndefined();
        interrupt();
        throw signal.reason;
      },
    );
    expect(result).toEqual({ interrupted: true, value: undefined });
    expect(seen).toEqual(['first', 'second']);
    expect(killed()).toBe(130);
  });

  it('stops listening afterwards', async () => {
    const { io, interrupt, killed } = testIo();
    await withInterrupt(io, nothing, nothing, async () => 1);
    interrupt();
    interrupt();
    expect(killed()).toBeUndefined();
  });
});
