import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { type ProgressView, progressLines } from './progress-view.ts';
import { bar, sparkline } from './sparkline.ts';

const plain = picocolors.createColors(false);

const VIEW: ProgressView = {
  study: 'pocket-owl',
  stages: [
    { stage: 'organisms', done: 22, total: 22 },
    { stage: 'distill', done: 3, total: 44 },
  ],
  arms: { done: 3, total: 44 },
  current: [
    { title: 'distil twin-03 · open-kd · seed 1', fraction: 0.456, loss: 1.23456 },
    { title: 'distil \u001B[2Jtwin-04', fraction: 0 },
    { title: 'distil twin-05', fraction: 0 },
  ],
  cached: 12,
  failed: 0,
  tokensPerSecond: 43_800,
  losses: [4, 3, 2, 1],
  elapsedSeconds: 185,
  leftSeconds: 600,
};

describe('progressLines', () => {
  it('shows everything at 80 × 24', () => {
    expect(progressLines(VIEW, { columns: 80, rows: 24 }, plain)).toEqual([
      'pocket-owl  3/44 arms, 12 steps cached',
      `  organisms  ${'█'.repeat(32)} 22/22`,
      `  distill    ██${'░'.repeat(30)} 3/44`,
      `   45%  ${'distil twin-03 · open-kd · seed 1'.padEnd(56)}  loss 1.235`,
      `    0%  ${'distil \\u{1b}[2Jtwin-04'.padEnd(56)}`,
      `    0%  ${'distil twin-05'.padEnd(56)}`,
      '  loss  █▆▃▁ 1.000',
      '  44k tokens/s · 3m 05s elapsed · about 10m 00s left',
    ]);
  });

  it('shortens the list of current steps to the height', () => {
    const lines = progressLines(VIEW, { columns: 80, rows: 9 }, plain);
    expect(lines).toHaveLength(7);
    expect(lines[4]).toBe('        and 2 more');
  });

  it('says what it does not know', () => {
    const lines = progressLines({ ...VIEW, leftSeconds: null }, { columns: 80, rows: 24 }, plain);
    expect(lines.at(-1)).toContain('estimating');
  });
});

describe('sparkline and bar', () => {
  it('spans the range, averages into columns and ignores non-numbers', () => {
    expect(sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8)).toBe('▁▂▃▄▅▆▇█');
    expect(sparkline([0, 0, 7, 7], 2)).toBe('▁█');
    expect(sparkline([Number.NaN, 3], 5)).toBe('▁');
    expect(sparkline([], 5)).toBe('');
  });

  it('fills a bar only when done', () => {
    expect([bar(0, 4), bar(0.99, 4), bar(1, 4), bar(7, 4)]).toEqual([
      '░░░░',
      '███░',
      '████',
      '████',
    ]);
  });
});
