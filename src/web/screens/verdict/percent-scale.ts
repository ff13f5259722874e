import { niceScale } from '../../../base/nice-scale.ts';

/** Where values stand across a picture of any width, as CSS percentages; ends are round numbers. */
export interface PercentScale {
  readonly ticks: readonly number[];
  readonly low: number;
  readonly high: number;
  at(value: number): string;
}

/** A scale that covers `values`. */
export function percentScale(values: readonly number[], tickCount = 6): PercentScale {
  const scale = niceScale(values, 0, 100, tickCount);
  return {
    ticks: scale.ticks,
    low: scale.low,
    high: scale.high,
    at: (value) => `${scale.at(value).toFixed(2)}%`,
  };
}
