import type { FamilyStatistics } from './family-statistics.ts';
import { percent, plural, pValue } from './figures.ts';
import { decidingFamily } from './headline.ts';
import type { SequentialLook } from './sequential/design.ts';
import { nextIncrement } from './sequential/next-increment.ts';
import { lookLevels } from './sequential/sequential-p-value.ts';
import type { FamilyVerdict, Outcome, SequentialState, VerdictInput } from './types.ts';

/** Outcomes that end a sequential study before its last look. */
const FINAL: readonly Outcome[] = ['INCRIMINATED', 'NO EVIDENCE', 'INVALID'];

/**
 * Where a sequential study stands after this look: whether it stops, and what the next look would
 * buy for the family that decides. Stopping early for NO EVIDENCE spends no error; a study whose
 * gates fail stops because more of the same would not mend it.
 */
export function sequentialState(
  at: SequentialLook,
  outcome: Outcome,
  families: readonly FamilyVerdict[],
  measured: readonly FamilyStatistics[],
  input: VerdictInput,
): SequentialState {
  const deciding = decidingFamily(families);
  const statistics = measured.find(({ family }) => family.name === deciding?.name) ?? measured[0]!;
  const primaries = Math.max(1, families.filter(({ primary }) => primary).length);
  const twins = statistics.twinStatistics;
  const levels = lookLevels(at, twins.length, input.alpha / primaries, input.alpha);
  const last = at.look === at.looks.length;
  const stop = last || FINAL.includes(outcome);
  const { suspectRuns } = statistics.family;
  const next = stop
    ? null
    : nextIncrement(
        {
          at,
          twins,
          twinsAbove: Math.round(statistics.pRank * (twins.length + 1)) - 1,
          ...statistics.noise,
          delta: input.delta,
          levels,
        },
        JSON.stringify([input.bootstrapSeed, statistics.family.name, suspectRuns.length]),
      );
  const { adds, looks, spending, look } = at;
  return {
    adds,
    looks,
    spending,
    look,
    levels,
    stop,
    next,
    detail: sentence(at, levels, stop, next),
  };
}

function sentence(
  { adds, looks, look }: SequentialLook,
  levels: readonly number[],
  stop: boolean,
  next: SequentialState['next'],
): string {
  const size = `${looks[look - 1]} ${adds}`;
  const level = levels[look - 1]!;
  const may =
    level > 0
      ? `needs rank p ≤ ${pValue(level)}`
      : 'cannot incriminate: its share of α is below the floor of p';
  const here = `Look ${look} of ${looks.length} (${size}) ${may}.`;
  if (stop || next === null) return `${here} The study stops here.`;
  const chance =
    next.chanceAsItStands === null
      ? ''
      : ` If further twins fall among those seen as exchangeable ones do, U's rank meets it with chance ${percent(next.chanceAsItStands)}.`;
  return `${here} The next look, ${next.size} ${adds}, ${next.level > 0 ? `needs p ≤ ${pValue(next.level)} and has ${percent(next.power)} power at δ` : 'cannot incriminate either'}.${chance} ${plural(looks.length - look, 'look')} left.`;
}
