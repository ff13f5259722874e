import { Link } from '@tanstack/react-router';
import type { ArmSummary, Metric } from '../../../api/arms.ts';
import { percent } from '../../../verdict/figures.ts';
import { count, rateOf, rateWithN } from '../../components/format.ts';
import { concernLevel } from './heat-grid.ts';

/** Models of one teacher in one family, a link each; hatched where nothing is measured yet. */
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
  const { done, total } = arm.steps;
  const said =
    rate === null
      ? `not measured yet, ${count(done)} of ${count(total)} steps done`
      : rateWithN(cell);
  const level = rate === null ? 0 : concernLevel(rate, metric.concern);
  return (
    <Link
      to="/s/$study/arms/$arm"
      params={{ study, arm: arm.slug }}
      preload={false}
      data-cell
      className={rate === null ? 'heat-cell hatched' : 'heat-cell'}
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
      {rate === null ? '—' : percent(rate)}
      {(cell?.unscored ?? 0) > 0 && <sup>*</sup>}
    </Link>
  );
}
