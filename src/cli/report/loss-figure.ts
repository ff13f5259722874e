import { figure } from '../../base/numbers.ts';
import { curveFigure } from './curve-figure.ts';
import type { LossCurve } from './extras.ts';
import type { Figure } from './svg.ts';

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
  return curveFigure({
    heading: family,
    title: `Training loss: ${family}`,
    description: curves
      .map((curve) => `${curve.runId}: final loss ${figure(curve.points.at(-1)!.loss)}`)
      .join('; '),
    caption: 'loss by training step',
    range: [0],
    curves: curves.map(({ role, points }) => ({
      isTwin: role === 'twin',
      points: decimate(points, 120).map(({ step, loss }) => ({ x: step, y: loss })),
    })),
  });
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
