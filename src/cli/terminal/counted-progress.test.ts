import { describe, expect, it } from 'vitest';
import { testIo } from '../io.fixture.ts';
import { countedProgress } from './counted-progress.ts';

describe('countedProgress', () => {
  it('shows rate and time left every five seconds, and the end', () => {
    const { io, err } = testIo();
    let nowMs = 0;
    const progress = countedProgress({ ...io, now: () => nowMs }, 'judgements');
    nowMs = 4000;
    progress(1, 40);
    nowMs = 10_000;
    progress(2, 40);
    nowMs = 12_000;
    progress(3, 40);
    nowMs = 12_500;
    progress(40, 40);
    expect(err().trim().split('\n')).toEqual([
      '2 of 40 judgements · 12 per minute · 3m 10s left',
      '40 of 40 judgements · 3 per second · 0s left',
    ]);
  });
});
