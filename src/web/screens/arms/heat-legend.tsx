import type { Metric } from '../../../api/arms.ts';

const DIRECTION: Readonly<Record<Metric['concern'], string>> = {
  high: 'deeper colour = higher rate = more worrying',
  low: 'deeper colour = lower rate = more worrying',
  none: 'deeper colour = higher rate; neither end is worrying in itself',
};

/** What a colour says, which end worries, and how a gap is drawn. */
export function HeatLegend({ metric }: { readonly metric: Metric }) {
  const [left, right] = metric.concern === 'low' ? ['100%', '0%'] : ['0%', '100%'];
  return (
    <p className="row small heat-legend">
      <span className="role">
        {left} <span className="heat-ramp" aria-hidden="true" /> {right}
      </span>
      <span>{DIRECTION[metric.concern]}</span>
      <span className="role">
        <span className="heat-key hatched" aria-hidden="true" /> not measured yet
      </span>
      <span className="role">
        <span className="heat-key cross-hatched" aria-hidden="true">
          ∅
        </span>{' '}
        answers, none of them scored
      </span>
      <span className="role">
        <span className="heat-key" aria-hidden="true">
          *
        </span>{' '}
        some answers unscored
      </span>
      <span className="role">
        <span className="heat-key" aria-hidden="true">
          ·
        </span>{' '}
        not in this study
      </span>
      <span className="soft">
        Several cells in one: a student for each seed, the first registered.
      </span>
    </p>
  );
}
