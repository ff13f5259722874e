import { compact } from '../../src/base/numbers.ts';
import { niceScale, type Scale } from '../../src/base/nice-scale.ts';
import { type Figure, px, svgLine, svgText } from '../../src/cli/report/svg.ts';
import type { Series } from './point.ts';

/** A measured point. */
export interface Measured {
  readonly tokensPerSecond: number;
  readonly maxRssBytes: number;
}
export type MeasuredSeries = Series & { readonly measured: readonly Measured[] };

const WIDTH = 880;
const PANEL = { width: 220, left: 46, right: 210, height: 120 } as const;
const TOPS = [60, 222] as const;
const LINEAR_SPAN = 20;

/** Small multiples: a column for each thing that grows, speed above, peak memory below. */
export function growthFigure(series: readonly MeasuredSeries[], title: string): Figure {
  const columns = series.map((one, i) => {
    const left = i * PANEL.width;
    return (
      svgText(left + PANEL.left, 18, one.name, { classes: 'strong' }) +
      svgText(left + PANEL.left, 34, one.fixed, { classes: 'badge' }) +
      panel(one, left, TOPS[0], 'suspect', ({ tokensPerSecond }) => tokensPerSecond, 'tokens/s') +
      panel(one, left, TOPS[1], 'twin', ({ maxRssBytes }) => maxRssBytes / 1e9, 'GB')
    );
  });
  return {
    width: WIDTH,
    height: 384,
    title,
    description: series
      .map(({ name, points, measured }) => {
        const rates = measured.map((m, i) => `${points[i]!.label}: ${compact(m.tokensPerSecond)}`);
        return `Tokens per second by ${name}: ${rates.join(', ')}.`;
      })
      .join(' '),
    body: columns.join(''),
  };
}

function panel(
  { points, measured }: MeasuredSeries,
  left: number,
  top: number,
  colour: 'suspect' | 'twin',
  value: (point: Measured) => number,
  unit: string,
): string {
  const bottom = top + PANEL.height;
  const values = measured.map(value);
  const y = verticalScale(values, bottom, top);
  // Sizes grow by factors, so equal steps stand for equal factors.
  const x = (i: number): number =>
    left + PANEL.left + 10 + (i * (PANEL.right - PANEL.left - 20)) / Math.max(1, points.length - 1);
  const levels = y.ticks.map((tick, i) => {
    const label = i === y.ticks.length - 1 ? `${compactTick(tick)} ${unit}` : compactTick(tick);
    return (
      svgLine(left + PANEL.left, y.at(tick), left + PANEL.right, y.at(tick), 'rule') +
      (i === y.ticks.length - 1
        ? svgText(left + PANEL.left - 36, y.at(tick) - 4, label, { classes: 'badge' })
        : svgText(left + PANEL.left - 5, y.at(tick) + 4, label, {
            classes: 'badge',
            anchor: 'end',
          }))
    );
  });
  const labels = points.map(({ label }, i) =>
    svgText(x(i), bottom + 15, label, { classes: 'badge', anchor: 'middle' }),
  );
  const line = values.map((v, i) => `${i === 0 ? 'M' : 'L'}${px(x(i))} ${px(y.at(v))}`).join('');
  const lineClass = colour === 'suspect' ? 'suspect-line' : 'twin-line';
  const dots = values.map(
    (v, i) => `<circle class="${colour}" cx="${px(x(i))}" cy="${px(y.at(v))}" r="3.5"/>`,
  );
  return (
    levels.join('') + labels.join('') + `<path class="${lineClass}" d="${line}"/>` + dots.join('')
  );
}

/** From zero, or in powers of ten where values span more than LINEAR_SPAN. */
function verticalScale(
  values: readonly number[],
  bottom: number,
  top: number,
): Pick<Scale, 'ticks' | 'at'> {
  if (Math.max(...values) <= LINEAR_SPAN * Math.min(...values)) {
    return niceScale([0, ...values], bottom, top, 4);
  }
  const low = Math.floor(Math.log10(Math.min(...values)));
  const high = Math.ceil(Math.log10(Math.max(...values)));
  return {
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    at: (value) => bottom + ((Math.log10(value) - low) / (high - low)) * (top - bottom),
  };
}

function compactTick(value: number): string {
  return Math.abs(value) >= 1000 ? compact(value) : String(value);
}
