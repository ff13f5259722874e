import type { PercentScale } from './percent-scale.ts';

/** Tick labels under a column of pictures, and what the axis says, with its direction. */
export function Axis({
  scale,
  caption,
  label,
}: {
  readonly scale: PercentScale;
  readonly caption: string;
  readonly label: (value: number) => string;
}) {
  return (
    <div className="axis">
      <svg width="100%" height="20" aria-hidden="true">
        {scale.ticks.map((tick) => (
          <text key={tick} className="soft" x={scale.at(tick)} y={14} textAnchor="middle">
            {label(tick)}
          </text>
        ))}
      </svg>
      <p className="soft">{caption}</p>
    </div>
  );
}

/** Grid lines of a picture `height` user units high. */
export function GridLines({
  scale,
  height,
}: {
  readonly scale: PercentScale;
  readonly height: number;
}) {
  return (
    <>
      {scale.ticks.map((tick) => (
        <line
          key={tick}
          className="line-rule"
          x1={scale.at(tick)}
          x2={scale.at(tick)}
          y1={0}
          y2={height}
        />
      ))}
    </>
  );
}
