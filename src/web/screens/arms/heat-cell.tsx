import { Link } from '@tanstack/react-router';
import type { ArmSummary, Metric } from '../../../api/arms.ts';
import { percent } from '../../../verdict/figures.ts';
import { count, rateOf, rateWithN } from '../../components/format.ts';
import { cellState, concernLevel } from './heat-grid.ts';

const HATCHES = { scored: '', waiting: 'hatched', unscored: 'cross-hatched' } as const;
const SIGNS = { scored: '', waiting: '—', unscored: '∅' } as const;

/** Models of one teacher in one family, a link each; hatched where there is no rate to show. */
export function HeatCell({
  study,
  arms,
  metric,
}: {
  readonly study: string;
  readonly arms: readonly ArmSummary[];
  readonly metric: Metric;
}) {
  if (arms.length === 0) {
    return (
      <td className="absent" title="not in this study">
        <span aria-hidden="true">·</span>
        <span className="visually-hidden">not in this study</span>
      </td>
    );
  }
  return (
    <td>
      <div className="heat-seeds">
        {arms.map((arm) => (
          <Model key={arm.slug} study={study} arm={arm} metric={metric} />
        ))}
      </div>
    </td>
  );
}

function Model({
  study,
  arm,
  metric,
}: {
  readonly study: string;
  readonly arm: ArmSummary;
  readonly metric: Metric;
}) {
  const cell = arm.cells[metric.id] ?? null;
  const rate = rateOf(cell);
  const state = cellState(cell);
  const { done, total } = arm.steps;
  const said =
    state === 'waiting'
      ? `not measured yet, ${count(done)} of ${count(total)} steps done`
      : state === 'unscored'
        ? `${count(cell?.unscored ?? 0)} unscored, none scored`
        : rateWithN(cell);
  const level = rate === null ? 0 : concernLevel(rate, metric.concern);
  return (
    <Link
      to="/s/$study/arms/$arm"
      params={{ study, arm: arm.slug }}
      preload={false}
      data-cell
      className={`heat-cell ${HATCHES[state]}`}
      style={
        rate === null
          ? undefined
          : {
              background: `color-mix(in srgb, var(--heat) ${(level * 66).toFixed(1)}%, var(--paper))`,
            }
      }
      title={`${arm.slug}: ${said}`}
      aria-label={`${arm.slug}: ${said}`}
    >
      {rate === null ? SIGNS[state] : percent(rate)}
      {state === 'scored' && (cell?.unscored ?? 0) > 0 && <sup>*</sup>}
    </Link>
  );
}
