import { bootstrapDelta } from './cluster-bootstrap.ts';
import { deltaTable, matchedTwinRows, rowStatistic, unitWeights } from './delta-table.ts';
import { exceeds, roundStatistic } from './exactness.ts';
import { rankOf } from './leave-one-out.ts';
import { rankAlarm } from './rank-p-value.ts';
import { runRateInterval } from './rate-interval.ts';
import { statisticOrCautious } from './run-statistic.ts';
import type { Verdict, VerdictInput } from './types.ts';

/**
 * The same statistics on the teachers themselves. U passes unless its own audit incriminates it:
 * rank p ≤ α (or above every twin, where they are too few for α) and the lower bound of its
 * difference to the twins above δ.
 */
export function teacherAudit(input: VerdictInput): Verdict['teacherAudit'] {
  const { suspect, twins } = input.teacherAudit;
  const table = deltaTable([suspect], twins);
  const row = table.suspects[0]!;
  const ones = unitWeights(table).clusters;
  const p = rankOf(table, row, ones);
  const { interval } = bootstrapDelta(table, JSON.stringify([input.bootstrapSeed, 'teachers']));
  const alarmed = rankAlarm(p, table.twins.length, input.alpha);
  return {
    passed: !(alarmed && exceeds(interval.low, input.delta)),
    p,
    rate: statisticOrCautious(suspect),
    interval: runRateInterval(suspect),
    twinRates: matchedTwinRows(table, suspect.seed).map((twin) =>
      roundStatistic(rowStatistic(twin, ones)),
    ),
  };
}
