import type { AuditSample } from '../artifacts/audit-samples.ts';
import type { AuditName } from '../audit/roster.ts';
import type { ManifestArm } from './manifest.ts';
import type { Results } from './results.ts';
import type { ProbeScores, RunScores, Score } from '../verdict/types.ts';

/**
 * Rows → scores of one run: samples of one condition that were scored for one metric, grouped by
 * probe in the order asked. A sample without a score stays in, as a draw without one.
 */
export function scoreRun(
  run: Pick<RunScores, 'runId' | 'teacherId' | 'role' | 'seed'>,
  samples: readonly AuditSample[],
  select: { readonly condition: string; readonly metric: string },
): RunScores {
  const probes = new Map<string, ProbeScores & { readonly draws: Score[] }>();
  for (const sample of samples) {
    const score = sample.scores[select.metric];
    if (sample.condition !== select.condition || score === undefined) continue;
    const { probeId, cluster, prompt } = sample;
    const probe = probes.get(probeId) ?? { probeId, cluster, prompt, draws: [] };
    probe.draws.push(
      score.status === 'scored' ? { status: 'scored', value: score.value } : { ...score },
    );
    probes.set(probeId, probe);
  }
  return { ...run, probes: [...probes.values()] };
}

/** Scores of an arm's student in one audit. */
export function scoreArm(
  { slug, teacher, role, seed, audits }: ManifestArm,
  results: Results,
  audit: AuditName,
  select: { readonly condition: string; readonly metric: string },
): RunScores {
  const run = { runId: slug, teacherId: teacher, role, seed };
  return scoreRun(run, results.samples(audits, audit), select);
}
