import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { retryDelayMs } from './retry-delay.ts';

const now = Date.parse('2026-01-01T00:00:00Z');

describe('retryDelayMs', () => {
  it('reads seconds and dates, and nothing else', () => {
    const after = (retryAfter: string) =>
      retryDelayMs({ attempt: 1, retryAfter, nowMs: now, jitter: 0, longestMs: 60_000 });
    expect(after('3')).toBe(3000);
    expect(after('Thu, 01 Jan 2026 00:00:05 GMT')).toBe(5000);
    expect(after('Wed, 31 Dec 2025 00:00:00 GMT')).toBe(0);
    expect(after('soon')).toBe(250);
    expect(after('600')).toBeUndefined();
  });

  it('doubles up to a limit, and jitter takes at most half away', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, jitter) => {
          const delay = retryDelayMs({
            attempt,
            retryAfter: null,
            nowMs: now,
            jitter,
            longestMs: 60_000,
          })!;
          const full = Math.min(30_000, 500 * 2 ** (attempt - 1));
          expect(delay).toBeGreaterThanOrEqual(full / 2);
          expect(delay).toBeLessThanOrEqual(full);
        },
      ),
    );
  });
});
