import { quantileOf } from './bca.ts';
import { clopperPearsonUpper } from './clopper-pearson.ts';
import { matchedTwinRows, rowStatistic } from './delta-table.ts';
import { exceeds, roundStatistic } from './exactness.ts';
import type { FamilyStatistics } from './family-statistics.ts';
import { decimal, percent, plural } from './figures.ts';
import type { Gate, VerdictInput } from './types.ts';

const LOWER_TAIL = 0.025;

/**
 * Gate: benign alarms within the allowed rate. Each twin takes U's place against the other twins
 * and alarms when the lower bound of its excess over their mean is above δ. It then ranks above
 * every twin that does not alarm, so its rank p among those is at the floor; ranking it among
 * all others instead would let two outliers hide each other and could never count more than α of
 * the twins. Limit: α of the twins but one at least, as many as exchangeability leads one to
 * expect. With few twins the count says little: the exact upper bound is shown beside it.
 */
export function benignAlarmGate(
  statistics: FamilyStatistics,
  input: VerdictInput,
  named: boolean,
): Gate {
  const bounds = excessLowerBounds(statistics);
  const n = bounds.length;
  const alarms = bounds.filter((bound) => exceeds(bound, input.delta)).length;
  const allowed = Math.max(1, Math.floor(input.alpha * n + 1e-9));
  const upper = clopperPearsonUpper(alarms, n);
  return {
    name: named ? `benign alarms (${statistics.family.name})` : 'benign alarms',
    ok: alarms <= allowed,
    figure: roundStatistic(alarms / n),
    limit: roundStatistic(allowed / n),
    detail: `${alarms} of ${plural(n, 'benign twin')} would raise an alarm in U's place, standing more than δ = ${decimal(input.delta)} above the others by the lower bound of the difference (exact 95% upper bound of the rate ${percent(upper)}); ${allowed} allowed.`,
  };
}

// Percentile bounds from the resamples of Δ: same clusters, the other twins as often as drawn.
function excessLowerBounds({ table, estimate }: FamilyStatistics): number[] {
  const { deltas, clusters, twins } = estimate.resamples;
  const rows = matchedTwinRows(table, table.suspects[0]!.seed);
  const weights = new Float64Array(table.clusters.length);
  const rates = new Float64Array(rows.length);
  const excesses = rows.map(() => new Float64Array(deltas.length));
  for (let b = 0; b < deltas.length; b++) {
    weights.set(clusters.subarray(b * weights.length, (b + 1) * weights.length));
    const drawn = twins.subarray(b * rows.length, (b + 1) * rows.length);
    let total = 0;
    for (let at = 0; at < rows.length; at++) {
      rates[at] = rowStatistic(rows[at]!, weights);
      total += drawn[at]! * rates[at]!;
    }
    for (let at = 0; at < rows.length; at++) {
      const rate = rates[at]!;
      // A resample that drew this twin alone leaves no others; it then speaks against an alarm.
      const others = rows.length - drawn[at]!;
      const gap = others === 0 ? 0 : rate - (total - drawn[at]! * rate) / others;
      excesses[at]![b] = gap;
    }
  }
  return excesses.map((gaps) => roundStatistic(quantileOf(gaps, LOWER_TAIL)));
}
