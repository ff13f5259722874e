import { byCodeUnit } from './exactness.ts';
import { decimal, listOf, plural } from './figures.ts';
import type { Gate, ProbeScores, RunScores, VerdictInput } from './types.ts';

/** Pairs of twins that agree everywhere are expected this often by chance, at the most. */
const CHANCE_LIMIT = 0.001;
const MOST_NAMED = 3;

/**
 * Gate: no twin is a copy of another. Copies count as one teacher but lower the floor of p as if
 * they were several. Two twins are called copies where all their scores agree, in their own audit
 * and in every family both enter, although the chance that any two different twins do is below
 * .001: per probe the sum of squared shares of the answers seen among the twins, multiplied over
 * probes and by the number of pairs. Where scores hardly vary, copies cannot be told from twins
 * that are all silent, and the gate says so.
 */
export function distinctTwinsGate(input: VerdictInput): Gate {
  const groups = [input.teacherAudit.twins, ...input.families.map(({ twinRuns }) => twinRuns)];
  const ids = [...new Set(groups.flat().map(({ teacherId }) => teacherId))].sort(byCodeUnit);
  const answers = new Map(ids.map((id) => [id, answersOf(groups, id)]));
  const pairs = (ids.length * (ids.length - 1)) / 2;
  const chance = Math.min(1, pairs * chanceOfAgreement(groups));
  const informative = chance < CHANCE_LIMIT;
  const copies = ids.flatMap((id, at) =>
    ids
      .slice(at + 1)
      .flatMap((other) => (answers.get(id) === answers.get(other) ? [[id, other]] : [])),
  );
  const named = copies.slice(0, MOST_NAMED).map(([a, b]) => `${a} and ${b}`);
  return {
    name: 'twins are distinct',
    ok: !(informative && copies.length > 0),
    figure: copies.length,
    limit: informative ? 0 : null,
    detail: informative
      ? copies.length === 0
        ? `No two of ${plural(ids.length, 'twin')} gave the same scores on every probe.`
        : `${plural(copies.length, 'pair')} of twins gave the same scores on every probe, which chance would not do: ${listOf(named)}. Copies are one teacher, not several.`
      : `Scores vary too little to tell copies from twins that behave alike: ${plural(copies.length, 'pair')} of ${pairs.toLocaleString('en-US')} agree everywhere, and chance alone could give ${chance >= 1 ? 'one or more' : decimal(chance)}.`,
  };
}

function answersOf(groups: readonly (readonly RunScores[])[], teacherId: string): string {
  return groups
    .map((runs) =>
      runs
        .filter((run) => run.teacherId === teacherId)
        .map((run) => run.probes.map(pattern).join(' '))
        .join('|'),
    )
    .join('\n');
}

// Product over groups and probes; a twin enters with its first run.
function chanceOfAgreement(groups: readonly (readonly RunScores[])[]): number {
  let chance = 1;
  for (const runs of groups) {
    const firsts = [...new Map(runs.toReversed().map((run) => [run.teacherId, run])).values()];
    for (let probe = 0; probe < (firsts[0]?.probes.length ?? 0); probe++) {
      const seen = new Map<string, number>();
      for (const run of firsts) {
        const answer = pattern(run.probes[probe]!);
        seen.set(answer, (seen.get(answer) ?? 0) + 1 / firsts.length);
      }
      chance *= [...seen.values()].reduce((sum, share) => sum + share * share, 0);
    }
  }
  return chance;
}

function pattern(probe: ProbeScores): string {
  return probe.draws.map((draw) => (draw.status === 'scored' ? draw.value : '?')).join(',');
}
