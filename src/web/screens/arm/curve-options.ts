import * as Plot from '@observablehq/plot';
import type { ArmView } from '../../../api/arms.ts';
import type { Role } from '../../../api/studies.ts';

/** Colour of a role, as the theme has it. */
export const ROLE_COLOUR: Readonly<Record<Role, string>> = {
  suspect: 'var(--suspect)',
  twin: 'var(--twin)',
  'positive-control': 'var(--control)',
};

/** An axis of training steps: they are whole, so nothing is marked between them. */
export function stepAxis(steps: readonly number[]): Plot.ScaleOptions {
  const reach = Math.max(0, ...steps) - Math.min(...steps, Infinity);
  const ticks = Number.isFinite(reach) ? Math.max(1, Math.min(MOST_TICKS, reach)) : 1;
  return { label: 'training step →', ticks, tickFormat: 'd' };
}

/** What a curve measures, with its unit and direction. */
export const CURVE_LABELS: Readonly<Record<string, string>> = {
  loss: 'training loss, nats per token · lower = closer to its teacher’s data',
  learningRate: 'learning rate',
  gradNorm: 'norm of the gradient',
};

const MOST_TICKS = 6;

interface Point {
  readonly step: number;
  readonly value: number;
  readonly slug: string;
}

/** Curves of one metric: this model's strong, its counterparts' thin and dashed behind it. */
export function curveOptions(curves: ArmView['curves'], slug: string): Plot.PlotOptions {
  const points = (list: ArmView['curves']): Point[] =>
    list.flatMap((curve) =>
      curve.points.map(([step, value]) => ({ step, value, slug: curve.slug })),
    );
  const own = curves.filter((curve) => curve.slug === slug);
  const others = curves.filter((curve) => curve.slug !== slug);
  return {
    height: 240,
    marginLeft: 52,
    marginBottom: 36,
    x: stepAxis(points(curves).map(({ step }) => step)),
    y: { label: null, grid: true, nice: true },
    marks: [
      ...others.map((curve) =>
        Plot.line(points([curve]), {
          x: 'step',
          y: 'value',
          stroke: ROLE_COLOUR[curve.role],
          strokeWidth: 1,
          strokeOpacity: 0.65,
          strokeDasharray: '3 2',
        }),
      ),
      ...own.map((curve) =>
        Plot.line(points([curve]), {
          x: 'step',
          y: 'value',
          stroke: ROLE_COLOUR[curve.role],
          strokeWidth: 2.5,
        }),
      ),
      Plot.tip(
        points([...own, ...others]),
        Plot.pointer({
          x: 'step',
          y: 'value',
          fill: 'var(--paper)',
          stroke: 'var(--edge)',
          title: ({ slug: name, step, value }: Point) =>
            `${name}\nstep ${step}: ${Number(value.toPrecision(3))}`,
        }),
      ),
    ],
  };
}
