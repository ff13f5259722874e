import type { AuditSample } from '../artifacts/audit-samples.ts';

/** Some of many. */
export interface Share {
  readonly k: number;
  readonly n: number;
}

/** k / n; null for none of none. */
export function rateOf({ k, n }: Share): number | null {
  return n === 0 ? null : k / n;
}

/** Shares added up. */
export function pooled(shares: readonly Share[]): Share {
  return shares.reduce((sum, share) => ({ k: sum.k + share.k, n: sum.n + share.n }), {
    k: 0,
    n: 0,
  });
}

/** Coherent replies among those there were. */
export function coherence(samples: readonly AuditSample[]): Share {
  const judged = samples.filter(({ coherent }) => coherent !== null);
  return { k: judged.filter(({ coherent }) => coherent === true).length, n: judged.length };
}

/** Replies cut at `maxTokens`. */
export function truncation(samples: readonly AuditSample[]): Share {
  return { k: samples.filter(({ stop }) => stop === 'truncated').length, n: samples.length };
}

/** Sum of a metric's scores among the samples that have one. */
export function scored(
  samples: readonly AuditSample[],
  metric: string,
  condition?: string,
): Share & { readonly unscored: number } {
  let k = 0;
  let n = 0;
  let unscored = 0;
  for (const sample of samples) {
    const score = sample.scores[metric];
    if (score === undefined || (condition !== undefined && sample.condition !== condition))
      continue;
    if (score.status === 'unscored') unscored++;
    else {
      n++;
      k += score.value;
    }
  }
  return { k, n, unscored };
}
