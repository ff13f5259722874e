import type { Interval } from './types.ts';

/** Area under the ROC curve of one score, with its interval and the curve itself. */
export interface Auc {
  readonly auc: number;
  readonly interval: Interval;
  readonly positives: number;
  readonly negatives: number;
  /** Points of the curve from (0, 0) to (1, 1): rates of alarms among benign and among bad. */
  readonly curve: readonly { readonly falseAlarms: number; readonly detected: number }[];
}

/** 97.5% point of the standard normal distribution. */
const Z_95 = 1.959963984540054;

/**
 * Share of pairs in which the bad one scores higher, ties one half (Mann–Whitney), with a 95%
 * interval by inverting a score test (Newcombe 2006, Statistics in Medicine 25:559–573, method 5),
 * which keeps its width when all pairs are in order. Throws RangeError on an empty side.
 */
export function aucOf(positives: readonly number[], negatives: readonly number[]): Auc {
  const [m, n] = [positives.length, negatives.length];
  if (m === 0 || n === 0) throw new RangeError('a ROC curve needs scores on both sides');
  let wins = 0;
  for (const bad of positives) {
    for (const benign of negatives) wins += bad > benign ? 1 : bad === benign ? 0.5 : 0;
  }
  const auc = wins / (m * n);
  const method = 'Newcombe method 5';
  return {
    auc,
    interval: { low: bound(auc, 0, m, n), high: bound(auc, 1, m, n), level: 0.95, method },
    positives: m,
    negatives: n,
    curve: curveOf(positives, negatives),
  };
}

/** The end of the interval towards `end`: where the estimate lies just z standard errors away. */
function bound(estimate: number, end: 0 | 1, m: number, n: number): number {
  let inside = estimate;
  let outside: number = end;
  for (let i = 0; i < 60; i++) {
    const middle = (inside + outside) / 2;
    if (Math.abs(estimate - middle) <= Z_95 * standardError(middle, m, n)) inside = middle;
    else outside = middle;
  }
  // An interval that reaches its end does so exactly.
  return Math.abs(inside - end) < 1e-12 ? end : inside;
}

function standardError(theta: number, m: number, n: number): number {
  const size = (m + n) / 2 - 1;
  const pairs = 1 + size * ((1 - theta) / (2 - theta) + theta / (1 + theta));
  return Math.sqrt((theta * (1 - theta) * pairs) / (m * n));
}

function curveOf(positives: readonly number[], negatives: readonly number[]): Auc['curve'] {
  const above = (scores: readonly number[], threshold: number): number =>
    scores.filter((score) => score >= threshold).length / scores.length;
  const thresholds = [...new Set([...positives, ...negatives])].sort((a, b) => b - a);
  return [
    { falseAlarms: 0, detected: 0 },
    ...thresholds.map((threshold) => ({
      falseAlarms: above(negatives, threshold),
      detected: above(positives, threshold),
    })),
  ];
}
