import { figure } from '../../base/numbers.ts';
import { niceScale, type Scale } from '../../base/nice-scale.ts';
import { horizontalAxis } from './axis.ts';
import { circle, diamond, type Figure, px, svgLine, svgText, wrapLabel } from './svg.ts';

/** A line of a small picture; U's students stand out, twins' are thin and dashed. */
export interface Curve {
  readonly isTwin: boolean;
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

const WIDTH = 310;
const PLOT = { left: 40, right: 284, top: 46, bottom: 164 } as const;

/**
 * A small picture of curves over one axis, twins' below U's. `range` are values that the vertical
 * axis must cover; `marks` draws every point, for curves of few.
 */
export function curveFigure(options: {
  readonly heading: string;
  readonly title: string;
  readonly description: string;
  readonly caption: string;
  readonly curves: readonly Curve[];
  readonly range: readonly number[];
  readonly marks?: boolean;
}): Figure {
  const { curves, heading, title, description, caption } = options;
  const points = curves.flatMap((curve) => curve.points);
  const x = niceScale([0, ...points.map((point) => point.x)], PLOT.left, PLOT.right, 4);
  const y = niceScale(
    [...options.range, ...points.map((point) => point.y)],
    PLOT.bottom,
    PLOT.top,
    4,
  );
  const levels = y.ticks.map((tick) => {
    const at = y.at(tick);
    const label = svgText(PLOT.left - 5, at + 4, figure(tick), { classes: 'soft', anchor: 'end' });
    return svgLine(PLOT.left, at, PLOT.right, at, 'rule') + label;
  });
  // Twins first, so that U's few curves stay on top.
  const ordered = [...curves].sort((a, b) => Number(b.isTwin) - Number(a.isTwin));
  return {
    width: WIDTH,
    height: 204,
    title,
    description,
    body:
      wrapLabel(heading, 42, 2)
        .map((line, i) => svgText(4, 14 + i * 16, line))
        .join('') +
      levels.join('') +
      horizontalAxis(x, PLOT.bottom, PLOT.bottom, caption, figure) +
      ordered
        .map((curve) => path(curve, x, y) + (options.marks ? marks(curve, x, y) : ''))
        .join(''),
  };
}

function path({ isTwin, points }: Curve, x: Scale, y: Scale): string {
  const d = points
    .map((point, i) => `${i === 0 ? 'M' : 'L'}${px(x.at(point.x))} ${px(y.at(point.y))}`)
    .join('');
  return `<path class="${isTwin ? 'twin-line' : 'suspect-line thin'}" d="${d}"/>`;
}

function marks({ isTwin, points }: Curve, x: Scale, y: Scale): string {
  const mark = isTwin ? circle : diamond;
  return points
    .map((point) => mark(x.at(point.x), y.at(point.y), 4, `${figure(point.x)}: ${figure(point.y)}`))
    .join('');
}
