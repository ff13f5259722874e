import { GridLines } from './axis.tsx';
import type { PercentScale } from './percent-scale.ts';
import { type Mark, Swarm } from './swarm.tsx';

const HEIGHT = 84;
const SUSPECT_Y = 20;
const TWIN_Y = 58;

/** U's marks on the upper line, its twins' on the lower; an interval of U's rate where known. */
export function RateStrip({
  scale,
  suspects,
  twins,
  interval,
}: {
  readonly scale: PercentScale;
  readonly suspects: readonly Mark[];
  readonly twins: readonly Mark[];
  readonly interval?: { readonly low: number; readonly high: number };
}) {
  return (
    <svg width="100%" height={HEIGHT} aria-hidden="true">
      <GridLines scale={scale} height={HEIGHT} />
      {interval !== undefined && (
        <line
          className="line-suspect"
          x1={scale.at(interval.low)}
          x2={scale.at(interval.high)}
          y1={SUSPECT_Y}
          y2={SUSPECT_Y}
        />
      )}
      <Swarm role="twin" marks={twins} scale={scale} y={TWIN_Y} size={5} spread={18} />
      <Swarm role="suspect" marks={suspects} scale={scale} y={SUSPECT_Y} size={5.5} spread={10} />
    </svg>
  );
}
