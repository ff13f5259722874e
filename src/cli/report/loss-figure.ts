import { figure } from '../numbers.ts';
import { horizontalAxis, niceScale, type Scale } from './axis.ts';
import type { LossCurve } from './extras.ts';
import { type Figure, px, svgLine, svgText, wrapLabel } from './svg.ts';

const WIDTH = 310;
const PLOT = { left: 40, right: 284, top: 46, bottom: 164 } as const;

/** One small picture per family: loss over training step, U's students over the twins'. */
export function lossFigures(curves: readonly LossCurve[]): Figure[] {
  const withPoints = curves.filter((curve) => curve.points.length > 1);
  const families = [...new Set(withPoints.map((curve) => curve.family))];
  return families.map((family) =>
    lossFigure(
      family,
      withPoints.filter((curve) => curve.family === family),
    ),
  );
}

function lossFigure(family: string, curves: readonly LossCurve[]): Figure {
  const points = curves.flatMap((curve) => curve.points);
  const x = niceScale([0, ...points.map((p) => p.step)], PLOT.left, PLOT.right, 4);
  const losses = niceScale([0, ...points.map((p) => p.loss)], PLOT.bottom, PLOT.top, 4);
  const title = wrapLabel(family, 42, 2);
  const levels = losses.ticks.map((tick) => {
    const y = losses.at(tick);
    return (
      svgLine(PLOT.left, y, PLOT.right, y, 'rule') +
      svgText(PLOT.left - 5, y + 4, figure(tick), {
        classes: 'soft',
        anchor: 'end',
      })
    );
  });
  // Twins first, so that U's few curves stay on top.
  const ordered = [...curves].sort((a, b) => Number(a.role !== 'twin') - Number(b.role !== 'twin'));
  return {
    width: WIDTH,
    height: 204,
    title: `Training loss: ${family}`,
    description: curves
      .map((curve) => `${curve.runId}: final loss ${figure(curve.points.at(-1)!.loss)}`)
      .join('; '),
    body:
      title.map((line, i) => svgText(4, 14 + i * 16, line)).join('') +
      levels.join('') +
      horizontalAxis(x, PLOT.bottom, PLOT.bottom, 'loss by training step', figure) +
      ordered.map((curve) => path(curve, x, losses)).join(''),
  };
}

function path(curve: LossCurve, x: Scale, y: Scale): string {
  const points = decimate(curve.points, 120);
  const d = points
    .map((p, i) => `${i === 0 ? 'M' : 'L'}${px(x.at(p.step))} ${px(y.at(p.loss))}`)
    .join('');
  return `<path class="${curve.role === 'twin' ? 'twin-line' : 'suspect-line thin'}" d="${d}"/>`;
}

/** At most 2 × `buckets` points: least and greatest loss of each bucket, so spikes survive. */
export function decimate<P extends { readonly loss: number }>(
  points: readonly P[],
  buckets: number,
): P[] {
  if (points.length <= 2 * buckets) return [...points];
  return Array.from({ length: buckets }, (_, b) => {
    const from = Math.floor((b * points.length) / buckets);
    const slice = points.slice(from, Math.floor(((b + 1) * points.length) / buckets));
    let low = 0;
    let high = 0;
    for (let i = 1; i < slice.length; i++) {
      if (slice[i]!.loss < slice[low]!.loss) low = i;
      if (slice[i]!.loss > slice[high]!.loss) high = i;
    }
    const kept = [...new Set([Math.min(low, high), Math.max(low, high)])];
    return kept.map((i) => slice[i]!);
  }).flat();
}
