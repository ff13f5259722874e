import type { Stage } from './step.ts';

/** A step that was computed: how big it was said to be, and how long it took. */
export interface MeasuredStep {
  readonly stage: Stage;
  readonly costTokens: number;
  readonly durationMs: number;
}

/** A step still to be computed; `fractionDone` is 0 to 1 for one under way. */
export interface RemainingStep {
  readonly stage: Stage;
  readonly costTokens: number;
  readonly fractionDone?: number;
}

export interface EstimateInput {
  readonly remaining: readonly RemainingStep[];
  readonly measured: readonly MeasuredStep[];
  /** How many steps run at once. */
  readonly slots: number;
  /** Tokens per second of one step, for stages without a measurement yet. */
  readonly assumedTokensPerSecond?: Partial<Record<Stage, number>>;
}

export interface TimeLeft {
  readonly milliseconds: number;
  /** `measured` when every remaining stage has a measured rate. */
  readonly basis: 'measured' | 'assumed';
}

/**
 * Time until the remaining steps are done. A stage's rate is its measured tokens over its measured
 * time (steps ran side by side then as they will again), else the assumed rate, else the rate over
 * all stages. Work is spread over the slots, but never faster than the longest single step.
 * Undefined while nothing is known; zero when nothing remains.
 */
export function estimateTimeLeft(input: EstimateInput): TimeLeft | undefined {
  const { remaining, measured, slots } = input;
  const rates = measuredRates(measured);
  let total = 0;
  let longest = 0;
  let basis: TimeLeft['basis'] = 'measured';
  for (const { stage, costTokens, fractionDone = 0 } of remaining) {
    const own = rates.byStage.get(stage);
    const assumed = input.assumedTokensPerSecond?.[stage];
    const rate = own ?? (assumed === undefined ? rates.overall : assumed / 1000);
    if (rate === undefined) return undefined;
    if (own === undefined) basis = 'assumed';
    const milliseconds = (costTokens * (1 - Math.min(1, Math.max(0, fractionDone)))) / rate;
    total += milliseconds;
    longest = Math.max(longest, milliseconds);
  }
  return { milliseconds: Math.max(longest, total / Math.max(1, slots)), basis };
}

/** Tokens per millisecond of every measured stage and of all together, in one pass over the steps. */
function measuredRates(steps: readonly MeasuredStep[]): {
  readonly byStage: ReadonlyMap<Stage, number>;
  readonly overall: number | undefined;
} {
  const sums = new Map<Stage, { tokens: number; milliseconds: number }>();
  const all = { tokens: 0, milliseconds: 0 };
  for (const { stage, costTokens, durationMs } of steps) {
    const own = sums.get(stage) ?? { tokens: 0, milliseconds: 0 };
    sums.set(stage, own);
    for (const sum of [own, all]) {
      sum.tokens += costTokens;
      sum.milliseconds += durationMs;
    }
  }
  const byStage = new Map<Stage, number>();
  for (const [stage, sum] of sums) {
    const rate = rateOf(sum);
    if (rate !== undefined) byStage.set(stage, rate);
  }
  return { byStage, overall: rateOf(all) };
}

function rateOf(sum: { readonly tokens: number; readonly milliseconds: number }) {
  return sum.tokens > 0 && sum.milliseconds > 0 ? sum.tokens / sum.milliseconds : undefined;
}
