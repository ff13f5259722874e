import type { ShownState } from './step-words.ts';
import { CELL } from './step-layout.ts';

/** A step as a cell; colour and shape both tell its state. `x`, `y`: its centre. */
export function StepShape({
  state,
  x,
  y,
}: {
  readonly state: ShownState;
  readonly x: number;
  readonly y: number;
}) {
  const half = CELL.size / 2;
  return (
    <g className={`step-shape ${state}`} transform={`translate(${x} ${y})`}>
      <rect x={-half} y={-half} width={CELL.size} height={CELL.size} rx={2.5} />
      {state === 'failed' && <path d="M-3.5-3.5 3.5 3.5M3.5-3.5-3.5 3.5" />}
      {state === 'interrupted' && <path d="M-2-3.5V3.5M2-3.5V3.5" />}
      {state === 'reused' && <path d="M-3.5 0H3.5" />}
      {state === 'running' && <circle r={2.6} />}
    </g>
  );
}
