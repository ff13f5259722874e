import type { Scale } from '../../base/nice-scale.ts';
import { px, svgLine, svgText } from './svg.ts';

/** Vertical grid lines with `label`s under them and a caption that states the direction. */
export function horizontalAxis(
  scale: Scale,
  top: number,
  bottom: number,
  caption: string,
  label: (value: number) => string,
): string {
  const marks = scale.ticks.map((tick) => {
    const x = scale.at(tick);
    return (
      svgLine(x, top, x, bottom, 'rule') +
      svgText(x, bottom + 16, label(tick), { classes: 'soft', anchor: 'middle' })
    );
  });
  const middle = (scale.at(scale.low) + scale.at(scale.high)) / 2;
  return (
    `<g>${marks.join('')}</g>` +
    svgText(Number(px(middle)), bottom + 36, caption, { classes: 'soft', anchor: 'middle' })
  );
}
