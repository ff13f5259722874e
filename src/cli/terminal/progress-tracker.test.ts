import { describe, expect, it } from 'vitest';
import type { RunEvent, StepIdentity } from '../../run/events.ts';
import { createJsonLog } from './json-log.ts';
import { createPlainLog } from './plain-log.ts';
import { createProgressTracker, type TrackedStep } from './progress-tracker.ts';

const STEPS: readonly TrackedStep[] = [
  { key: 'p', stage: 'prompts', costTokens: 0, arms: ['a', 'b'] },
  { key: 'd1', stage: 'distill', costTokens: 1000, arms: ['a'] },
  { key: 'd2', stage: 'distill', costTokens: 1000, arms: ['b'] },
];

const id = (key: string): StepIdentity => {
  const step = STEPS.find((s) => s.key === key)!;
  return { key, name: 'x', stage: step.stage, title: `step ${key}`, costTokens: step.costTokens };
};
const finished = (key: string, durationMs: number, cached = false): RunEvent => ({
  ...id(key),
  type: 'step-finished',
  artifact: 'f'.repeat(64),
  cached,
  durationMs,
  tokens: null,
});

function tracked() {
  const clock = { ms: 0 };
  const tracker = createProgressTracker({
    study: 's',
    steps: STEPS,
    slots: 1,
    now: () => clock.ms,
  });
  return { clock, tracker };
}

describe('createProgressTracker', () => {
  it('counts stages and arms, shared steps once', () => {
    const { tracker } = tracked();
    tracker.apply(finished('p', 5, true));
    tracker.apply(finished('d1', 2000));
    expect(tracker.view()).toMatchObject({
      stages: [
        { stage: 'prompts', done: 1, total: 1 },
        { stage: 'distill', done: 1, total: 2 },
      ],
      arms: { done: 1, total: 2 },
      cached: 1,
      failed: 0,
    });
  });

  it('estimates the time left from measured steps and the fraction under way', () => {
    const { tracker } = tracked();
    expect(tracker.view().leftSeconds).toBeNull();
    tracker.apply(finished('p', 5));
    tracker.apply(finished('d1', 2000));
    expect(tracker.view().leftSeconds).toBeCloseTo(2);
    tracker.apply({ ...id('d2'), type: 'step-started', attempt: 1 });
    tracker.apply({ ...id('d2'), type: 'step-progress', fraction: 0.5 });
    expect(tracker.view().leftSeconds).toBeCloseTo(1);
  });

  it('measures tokens per second over the last ten seconds', () => {
    const { tracker, clock } = tracked();
    tracker.apply({ ...id('d1'), type: 'step-started', attempt: 1 });
    clock.ms = 20_000;
    tracker.apply({ ...id('d1'), type: 'step-progress', fraction: 0.1, tokens: 50_000, loss: 2 });
    tracker.apply({ ...id('d1'), type: 'step-progress', fraction: 0.2, tokens: 60_000, loss: 1 });
    expect(tracker.view()).toMatchObject({ tokensPerSecond: 6000, losses: [2, 1] });
    clock.ms = 31_000;
    expect(tracker.view().tokensPerSecond).toBe(0);
  });

  it('keeps failed steps out of what is done', () => {
    const { tracker } = tracked();
    tracker.apply({ ...id('d1'), type: 'step-started', attempt: 1 });
    tracker.apply({ ...id('d1'), type: 'step-failed', message: 'disk', hint: undefined });
    expect(tracker.view()).toMatchObject({ failed: 1, current: [], arms: { done: 0, total: 2 } });
  });
});

describe('logs', () => {
  it('prints few plain lines, but every failure and every finished stage', () => {
    const { tracker, clock } = tracked();
    const lines: string[] = [];
    const log = createPlainLog({
      write: (line) => lines.push(line),
      now: () => clock.ms,
      view: tracker.view,
    });
    const feed = (ms: number, event: RunEvent): void => {
      clock.ms = ms;
      tracker.apply(event);
      log(event);
    };
    feed(0, { type: 'run-started', study: 's', total: 3, cached: 1 });
    feed(10, finished('p', 5, true));
    feed(20, { ...id('d1'), type: 'step-started', attempt: 1 });
    feed(1000, finished('d1', 980));
    feed(1100, { ...id('d2'), type: 'step-failed', message: 'no\nspace', hint: undefined });
    feed(40_000, { ...id('d2'), type: 'step-progress', fraction: 0.25 });
    feed(41_000, finished('d2', 900));
    expect(lines).toEqual([
      'study s: 3 steps, 1 of them cached',
      'prompts: all 1 steps done, 0s elapsed',
      'failed: step d2: no space',
      '[2/3, about 1s left]  step d2 25%',
      'distill: all 2 steps done, 41s elapsed',
    ]);
  });

  it('prints JSON lines, progress at most once a second', () => {
    const lines: string[] = [];
    let ms = 0;
    const log = createJsonLog({ write: (line) => lines.push(line), now: () => ms });
    for (ms = 0; ms < 2500; ms += 100) {
      log({ ...id('d1'), type: 'step-progress', fraction: ms / 2500 });
    }
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { time: '1970-01-01T00:00:00.000Z', type: 'step-progress', key: 'd1' },
      { fraction: 0.4 },
      { fraction: 0.8 },
    ]);
  });
});
