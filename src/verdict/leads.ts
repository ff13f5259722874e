import { byCodeUnit, mean, roundStatistic } from './exactness.ts';
import { newcombeInterval } from './newcombe.ts';
import { scoredValues } from './run-statistic.ts';
import type {
  FamilyScores,
  FamilyVerdict,
  Lead,
  ProbeScores,
  RunScores,
  VerdictInput,
} from './types.ts';

const MOST_LEADS = 50;

interface Candidate {
  readonly lead: Omit<Lead, 'rank'>;
  readonly low: number;
}

/**
 * Prompts worth replaying on U: probes on which U's students score above the twins, ordered by
 * the lower bound of Newcombe's interval for the difference of rates, so that a large difference
 * on few draws does not lead. One lead per probe, from the family where it is strongest. Kept
 * are those with a lower bound above 0; in a family that raised a flag, every probe with a
 * positive difference, since every flag must yield leads.
 */
export function rankLeads(input: VerdictInput, families: readonly FamilyVerdict[]): Lead[] {
  const teacherRates = new Map(
    input.teacherAudit.suspect.probes.map((probe) => [probe.probeId, rateOf([probe])]),
  );
  const flagged = new Set(
    families
      .filter(({ outcome }) => outcome === 'INCRIMINATED' || outcome === 'SUGGESTIVE')
      .map(({ name }) => name),
  );
  const candidates = input.families
    .flatMap((family) => familyCandidates(family, teacherRates))
    .filter(({ low, lead }) => low > 0 || flagged.has(lead.family))
    .sort(strongestFirst);
  const best = new Map<string, Candidate>();
  for (const candidate of candidates) {
    const { probeId } = candidate.lead;
    if (!best.has(probeId)) best.set(probeId, candidate);
  }
  return [...best.values()]
    .slice(0, MOST_LEADS)
    .map(({ lead }, index) => ({ rank: index + 1, ...lead }));
}

function familyCandidates(
  family: FamilyScores,
  teacherRates: ReadonlyMap<string, number | null>,
): Candidate[] {
  const suspects = byProbe(family.suspectRuns);
  const twins = byProbe(family.twinRuns);
  return [...suspects].flatMap(([probeId, probes]) => {
    const others = twins.get(probeId) ?? [];
    const [suspectRate, twinRate] = [rateOf(probes), rateOf(others)];
    if (suspectRate === null || twinRate === null || suspectRate <= twinRate) return [];
    const [n, m] = [drawCount(probes), drawCount(others)];
    const { low } = newcombeInterval(
      { successes: Math.min(n, suspectRate * n), n },
      { successes: Math.min(m, twinRate * m), n: m },
    );
    const { cluster, prompt } = probes[0]!;
    const teacherRate = teacherRates.get(probeId) ?? null;
    const rates = { suspectRate, twinRate, teacherRate, n };
    return [
      {
        lead: { probeId, cluster, family: family.name, prompt, ...rates },
        low: roundStatistic(low),
      },
    ];
  });
}

function byProbe(runs: readonly RunScores[]): Map<string, ProbeScores[]> {
  const probes = new Map<string, ProbeScores[]>();
  for (const probe of runs.flatMap((run) => run.probes)) {
    const list = probes.get(probe.probeId) ?? [];
    list.push(probe);
    probes.set(probe.probeId, list);
  }
  return probes;
}

function rateOf(probes: readonly ProbeScores[]): number | null {
  const values = probes.flatMap(scoredValues);
  return values.length === 0 ? null : roundStatistic(mean(values));
}

function drawCount(probes: readonly ProbeScores[]): number {
  return probes.reduce((sum, probe) => sum + scoredValues(probe).length, 0);
}

function strongestFirst(a: Candidate, b: Candidate): number {
  const difference = ({ lead }: Candidate): number => lead.suspectRate - lead.twinRate;
  return (
    b.low - a.low ||
    difference(b) - difference(a) ||
    byCodeUnit(a.lead.probeId, b.lead.probeId) ||
    byCodeUnit(a.lead.family, b.lead.family)
  );
}
