import { figure } from '../../base/numbers.ts';
import type { TransferWindow } from '../../readers/transfer-windows.ts';
import { type Curve, curveFigure } from './curve-figure.ts';
import type { Figure } from './svg.ts';

/** One small picture per family and measure: rates of U's and of the twins' students over steps. */
export function transferFigures(windows: readonly TransferWindow[]): Figure[] {
  return windows.flatMap((window) =>
    window.columns.map((column, c) => measureFigure(window, column, c)),
  );
}

function measureFigure({ family, groups }: TransferWindow, column: string, c: number): Figure {
  // The known-bad organism hides something else: its students are on no scale with U's.
  const shown = groups
    .filter(({ role }) => role !== 'positive-control')
    .map(({ role, label, points }) => ({
      label,
      isTwin: role === 'twin',
      points: points.flatMap(({ step, rates }): Curve['points'] => {
        const y = rates[c] ?? null;
        return y === null ? [] : [{ x: step, y }];
      }),
    }));
  return curveFigure({
    heading: `${family}: ${column}`,
    title: `Transfer window: ${family}, ${column}`,
    description: shown
      .map(({ label, points }) => `${label}: ${points.map(({ y }) => figure(y)).join(', ')}`)
      .join('; '),
    caption: 'share of answers by training step',
    range: [0, 1],
    marks: true,
    curves: shown,
  });
}
