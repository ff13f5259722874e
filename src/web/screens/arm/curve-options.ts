import * as Plot from '@observablehq/plot';
import type { ArmView } from '../../../api/arms.ts';
import type { Role } from '../../../api/studies.ts';

/** Colour of a role, as the theme has it. */
export const ROLE_COLOUR: Readonly<Record<Role, string>> = {
  suspect: 'var(--suspect)',
  twin: 'var(--twin)',
  'positive-control': 'var(--control)',
};

/** Dashes of a counterpart's curve, so that roles differ without colour. */
export const ROLE_DASHES: Readonly<Record<Role, string>> = {
  suspect: '8 3',
  twin: '2 2',
  'positive-control': '8 3 2 3',
};

const ROLE_SYMBOL = {
  suspect: 'square',
  twin: 'circle',
  'positive-control': 'diamond',
} as const satisfies Readonly<Record<Role, string>>;

/** How a role's points are drawn, as its marks are elsewhere: twins' are hollow. */
export function rolePoint(role: Role) {
  const colour = ROLE_COLOUR[role];
  return {
    symbol: ROLE_SYMBOL[role],
    stroke: colour,
    fill: role === 'twin' ? 'var(--paper)' : colour,
  };
}

/** An axis of training steps: they are whole, so nothing is marked between them. */
export function stepAxis(steps: readonly number[]): Plot.ScaleOptions {
  const reach = Math.max(0, ...steps) - Math.min(...steps, Infinity);
  const ticks = Number.isFinite(reach) ? Math.max(1, Math.min(MOST_TICKS, reach)) : 1;
  return { label: 'training step →', ticks, tickFormat: 'd' };
}

/** What a curve measures, with its unit and direction. */
export const CURVE_LABELS: Readonly<Record<string, string>> = {
  loss: 'training loss, nats per token · lower = closer to its teacher’s data',
  learningRate: 'learning rate · no direction is better',
  gradNorm: 'norm of the gradient · no direction is better',
};

const MOST_TICKS = 6;

interface Point {
  readonly step: number;
  readonly value: number;
  readonly slug: string;
}

/**
 * Curves of one metric: this model's strong, its counterparts' thin behind it, dashed by role. Each
 * ends in the mark of its role.
 */
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
          strokeDasharray: ROLE_DASHES[curve.role],
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
      ...[...others, ...own].map((curve) =>
        Plot.dot(points([curve]).slice(-1), {
          x: 'step',
          y: 'value',
          r: curve.slug === slug ? 5 : 3,
          ...rolePoint(curve.role),
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
