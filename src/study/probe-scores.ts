import type { AuditSample } from '../artifacts/audit-samples.ts';
import type { AuditName } from '../audit/roster.ts';
import { mean } from '../verdict/exactness.ts';
import type { Interval } from '../verdict/types.ts';
import { wilsonInterval } from '../verdict/wilson.ts';

/** Samples of one model by audit. */
export type AuditedSamples = readonly {
  readonly audit: AuditName;
  readonly samples: readonly AuditSample[];
}[];

/** A rate over probes with its interval; draws of one probe count as one. */
export interface ProbeRate {
  readonly rate: number;
  readonly probes: number;
  readonly interval: Interval;
}

/** Mean score of each probe that has one. */
export function probeScores(
  audited: AuditedSamples,
  audit: AuditName,
  metric: string,
  condition?: string,
): readonly number[] {
  const byProbe = new Map<string, number[]>();
  for (const entry of audited) {
    if (entry.audit !== audit) continue;
    for (const sample of entry.samples) {
      const score = sample.scores[metric];
      if (condition !== undefined && sample.condition !== condition) continue;
      if (score?.status !== 'scored') continue;
      byProbe.set(sample.probeId, [...(byProbe.get(sample.probeId) ?? []), score.value]);
    }
  }
  return [...byProbe.values()].map(mean);
}

/** Rate over probes, Wilson's interval; null when there are none. */
export function probeRate(scores: readonly number[]): ProbeRate | null {
  if (scores.length === 0) return null;
  const rate = mean(scores);
  const probes = scores.length;
  return { rate, probes, interval: wilsonInterval(rate * probes, probes) };
}
