import { bracket, decimal, percent } from '../../../verdict/figures.ts';
import { GridLines } from './axis.tsx';
import type { ForestRow } from './forest-rows.ts';
import type { PercentScale } from './percent-scale.ts';
import { Swarm } from './swarm.tsx';

const HEIGHT = 76;
const BAR_Y = 22;
const TWIN_Y = 54;

/** Δ with its interval, and below it how far the twins' own students lie from their mean. */
export function ForestBar({
  row,
  scale,
  delta,
}: {
  readonly row: ForestRow;
  readonly scale: PercentScale;
  readonly delta: number;
}) {
  const kind = row.family.primary ? 'suspect' : 'explore';
  const label = `${row.family.name}: Δ ${decimal(row.delta)} ${bracket(row.family.interval)}`;
  const end = row.high ?? row.delta;
  return (
    <div className="forest-plot" role="img" aria-label={label}>
      <svg width="100%" height={HEIGHT} aria-hidden="true">
        <GridLines scale={scale} height={HEIGHT} />
        <line className="line-zero" x1={scale.at(0)} x2={scale.at(0)} y1={0} y2={HEIGHT} />
        <line className="line-delta" x1={scale.at(delta)} x2={scale.at(delta)} y1={0} y2={HEIGHT} />
        <Swarm
          role="twin"
          scale={scale}
          y={TWIN_Y}
          size={3.5}
          spread={15}
          marks={row.twins.map(({ run, shift }) => ({
            value: shift,
            title: `${run.runId}: ${percent(run.statistic)}, n ${run.n}`,
          }))}
        />
        <line
          className={`line-${kind}`}
          x1={scale.at(row.low)}
          x2={scale.at(end)}
          y1={BAR_Y}
          y2={BAR_Y}
        />
        {[row.low, ...(row.high === null ? [] : [row.high])].map((value) => (
          <line
            key={value}
            className={`line-${kind}`}
            x1={scale.at(value)}
            x2={scale.at(value)}
            y1={BAR_Y - 6}
            y2={BAR_Y + 6}
          />
        ))}
        <svg x={scale.at(row.delta)} y={BAR_Y} overflow="visible">
          <rect className={`mark-${kind}`} x={-5.5} y={-5.5} width={11} height={11} />
        </svg>
      </svg>
    </div>
  );
}
