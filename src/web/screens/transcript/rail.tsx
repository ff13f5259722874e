import type { RailRow } from './branch-layout.ts';

const LANE_PX = 16;
const DOT_PX = 20;
/** More columns than this are drawn over each other at the edge. */
const MAX_LANES = 8;

/** One message's stretch of the branch rail; it is as tall as the message. */
export function Rail({
  row,
  lanes,
  onPath,
}: {
  readonly row: RailRow;
  readonly lanes: number;
  /** Whether the message is on the branch that is looked at. */
  readonly onPath: boolean;
}) {
  const x = (lane: number): number => Math.min(lane, MAX_LANES - 1) * LANE_PX + LANE_PX / 2;
  const own = x(row.lane);
  return (
    <div className="rail-place" style={{ width: Math.min(lanes, MAX_LANES) * LANE_PX }}>
      <svg className="rail" width="100%" aria-hidden="true">
        {row.through.map((lane) => (
          <line key={lane} x1={x(lane)} x2={x(lane)} y1="0" y2="100%" />
        ))}
        {row.above && <line x1={own} x2={own} y1="0" y2={DOT_PX} />}
        {row.below && <line x1={own} x2={own} y1={DOT_PX} y2="100%" />}
        {row.forks.map((lane) => (
          <g key={lane}>
            <line x1={own} x2={x(lane)} y1={DOT_PX} y2={DOT_PX + LANE_PX} />
            <line x1={x(lane)} x2={x(lane)} y1={DOT_PX + LANE_PX} y2="100%" />
          </g>
        ))}
        <circle className={onPath ? 'on-path' : undefined} cx={own} cy={DOT_PX} r="4.5" />
      </svg>
    </div>
  );
}
