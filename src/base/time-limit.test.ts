import { describe, expect, it } from 'vitest';
import { TimeLimitError, withinTime } from './time-limit.ts';

describe('work within a time limit', () => {
  it('returns what the work returns, undefined too', () => {
    expect(withinTime(10_000, () => 7)).toBe(7);
    expect(withinTime(10_000, () => undefined)).toBeUndefined();
  });

  it('throws what the work throws', () => {
    const mistake = new RangeError('mine');
    const work = (): never => {
      throw mistake;
    };
    expect(() => withinTime(10_000, work)).toThrow(mistake);
  });

  const endless: [string, () => unknown][] = [
    [
      'a loop',
      () => {
        for (;;);
      },
    ],
    ['backtracking', () => /^(a+)+$/u.test(`${'a'.repeat(60)}!`)],
    ['a built-in', () => ' '.repeat(1_000_000).replace(/\s*x/g, '')],
  ];
  it.each(endless)('stops %s', (_, work) => {
    expect(() => withinTime(50, work)).toThrow(TimeLimitError);
  });

  it('can be nested', () => {
    const inner = (): string =>
      withinTime(10_000, () => {
        expect(() =>
          withinTime(20, () => {
            for (;;);
          }),
        ).toThrow(TimeLimitError);
        return 'went on';
      });
    expect(withinTime(20_000, inner)).toBe('went on');
  });
});
