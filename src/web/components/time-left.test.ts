import { describe, expect, it } from 'vitest';
import { timeLeftMs } from './time-left.ts';

describe('time left', () => {
  it('scales the time spent by the cost that is left', () => {
    const costTokens = { total: 400, done: 100 };
    expect(timeLeftMs({ costTokens, spentMs: 2_000 })).toBe(6_000);
  });

  it('is unknown before anything is done, and nothing at the end', () => {
    expect(timeLeftMs({ costTokens: { total: 400, done: 0 }, spentMs: 0 })).toBeNull();
    expect(timeLeftMs({ costTokens: { total: 400, done: 400 }, spentMs: 9 })).toBe(0);
  });
});
