import { estimateTimeLeft, type MeasuredStep } from '../../run/estimate.ts';
import type { RunEvent } from '../../run/events.ts';
import { type Stage, STAGES } from '../../run/step.ts';
import type { ProgressView, StageCount } from './progress-view.ts';

/** A distinct step of the plan and the arms that need it. */
export interface TrackedStep {
  readonly key: string;
  readonly stage: Stage;
  readonly costTokens: number;
  readonly arms: readonly string[];
}

/** Turns events into what the window and the plain log show. */
export interface ProgressTracker {
  readonly apply: (event: RunEvent) => void;
  readonly view: () => ProgressView;
  /** A remark shown instead of the time left. */
  readonly note: (text: string) => void;
}

interface Current {
  readonly title: string;
  readonly stage: Stage;
  readonly costTokens: number;
  fraction: number;
  tokens: number;
  readonly losses: number[];
}

const RATE_WINDOW_MS = 10_000;
const LOSS_POINTS = 400;

/** A tracker for one run; `now` is in milliseconds. */
export function createProgressTracker(options: {
  readonly study: string;
  readonly steps: readonly TrackedStep[];
  readonly slots: number;
  readonly now: () => number;
}): ProgressTracker {
  const { steps, now, slots } = options;
  const started = now();
  const open = new Map(steps.map((step) => [step.key, step]));
  const openPerArm = countBy(steps.flatMap((step) => step.arms));
  const arms = openPerArm.size;
  const current = new Map<string, Current>();
  const measured: MeasuredStep[] = [];
  const pulses: { time: number; tokens: number }[] = [];
  let cached = 0;
  let failed = 0;
  let remark: string | undefined;

  const settle = (key: string, done: boolean): void => {
    current.delete(key);
    const step = open.get(key);
    if (step === undefined || !done) return;
    open.delete(key);
    for (const arm of step.arms) openPerArm.set(arm, (openPerArm.get(arm) ?? 1) - 1);
  };

  const progress = (event: Extract<RunEvent, { type: 'step-progress' }>): void => {
    const step = current.get(event.key);
    if (step === undefined) return;
    step.fraction = event.fraction;
    if (event.tokens !== undefined) {
      pulses.push({ time: now(), tokens: Math.max(0, event.tokens - step.tokens) });
      step.tokens = event.tokens;
    }
    if (event.loss !== undefined) step.losses.push(event.loss);
    if (step.losses.length > LOSS_POINTS) step.losses.splice(0, step.losses.length - LOSS_POINTS);
  };

  return {
    note: (text) => {
      remark = text;
    },
    apply: (event) => {
      switch (event.type) {
        case 'step-started': {
          const { title, stage, costTokens } = event;
          current.set(event.key, { title, stage, costTokens, fraction: 0, tokens: 0, losses: [] });
          return;
        }
        case 'step-progress':
          return progress(event);
        case 'step-finished':
          settle(event.key, true);
          if (event.cached) cached++;
          measured.push(event);
          return;
        case 'step-failed':
          failed++;
          return settle(event.key, false);
        case 'step-skipped':
          return settle(event.key, false);
        case 'run-started':
        case 'run-finished':
          return;
      }
    },
    view: () => {
      const time = now();
      while (pulses.length > 0 && pulses[0]!.time < time - RATE_WINDOW_MS) pulses.shift();
      const span = Math.min(RATE_WINDOW_MS, Math.max(1_000, time - started));
      const tokens = pulses.reduce((sum, pulse) => sum + pulse.tokens, 0);
      const remaining = [...open.values()].map((step) => {
        const fractionDone = current.get(step.key)?.fraction ?? 0;
        return { stage: step.stage, costTokens: step.costTokens, fractionDone };
      });
      const left = estimateTimeLeft({ remaining, measured, slots });
      return {
        study: options.study,
        stages: stageCounts(steps, open),
        arms: { total: arms, done: [...openPerArm.values()].filter((n) => n === 0).length },
        current: [...current.values()].map(({ title, fraction, losses }) => {
          const loss = losses.at(-1);
          return { title, fraction, ...(loss === undefined ? {} : { loss }) };
        }),
        cached,
        failed,
        tokensPerSecond: (tokens / span) * 1000,
        losses: [...current.values()].find((step) => step.losses.length > 1)?.losses ?? [],
        elapsedSeconds: (time - started) / 1000,
        leftSeconds: left === undefined ? null : left.milliseconds / 1000,
        ...(remark === undefined ? {} : { note: remark }),
      };
    },
  };
}

function stageCounts(
  steps: readonly TrackedStep[],
  open: ReadonlyMap<string, TrackedStep>,
): StageCount[] {
  return STAGES.map((stage) => {
    const inStage = steps.filter((step) => step.stage === stage);
    const done = inStage.filter((step) => !open.has(step.key)).length;
    return { stage, done, total: inStage.length };
  }).filter((count) => count.total > 0);
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
