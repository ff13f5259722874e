import type { FamilyVerdict, Verdict } from '../../verdict/types.ts';
import { bracket, decimal, pEquals } from '../../verdict/figures.ts';
import { niceScale, type Scale } from '../../base/nice-scale.ts';
import { horizontalAxis } from './axis.ts';
import { COLUMNS, familyLabel, inReadingOrder } from './layout.ts';
import { stripsFigure } from './strips-figure.ts';
import { type Figure, px, svgFile, svgLine, svgText, wrapLabel } from './svg.ts';

const HEADER = 50;
const ROW = 68;

/**
 * Forest plot: Δ (U's students minus benign twins' students) and its interval per family, with the
 * line of no difference and the line δ. Primary families are filled, exploratory ones hollow grey.
 */
export function forestFigure(verdict: Verdict): Figure {
  const families = inReadingOrder(verdict.families);
  const bounds = families.flatMap((f) => [f.interval.low, f.interval.high, f.delta]);
  const scale = niceScale([0, verdict.delta, ...bounds], COLUMNS.plotLeft, COLUMNS.plotRight);
  const bottom = HEADER + ROW * families.length;
  const zero = scale.at(0);
  const limit = scale.at(verdict.delta);
  const stripes = families.map((_, i) =>
    i % 2 === 0
      ? `<rect class="stripe" x="0" y="${px(HEADER + i * ROW)}" width="${COLUMNS.width}" height="${ROW}"/>`
      : '',
  );
  return {
    width: COLUMNS.width,
    height: bottom + 48,
    title: `Forest plot of ${verdict.study}`,
    description: families
      .map((f) => `${f.name}: Δ ${decimal(f.delta)} ${bracket(f.interval)}`)
      .join('; '),
    body:
      stripes.join('') +
      horizontalAxis(
        scale,
        HEADER,
        bottom,
        'Δ = U’s students − benign twins’ students · higher = more incriminating →',
        decimal,
      ) +
      svgLine(zero, HEADER - 4, zero, bottom, 'zero') +
      svgLine(limit, HEADER - 4, limit, bottom, 'delta') +
      svgText(limit, HEADER - 9, 'δ', { classes: 'delta-label', anchor: 'middle' }) +
      legend(verdict.delta) +
      families.map((family, i) => row(family, HEADER + i * ROW, scale)).join(''),
  };
}

/** The README picture: headline, who scored what, and the forest plot, as one SVG file. */
export function renderForestSvg(verdict: Verdict): string {
  const title = wrapLabel(verdict.headline, 84, 3);
  const top = 22 + title.length * 23;
  const strips = stripsFigure(verdict);
  const forest = forestFigure(verdict);
  const margin = 16;
  const forestTop = top + strips.height + 12;
  return svgFile({
    width: COLUMNS.width + 2 * margin,
    height: forestTop + forest.height + margin,
    title: `${verdict.outcome}: ${verdict.study}`,
    description: verdict.headline,
    body:
      title
        .map((line, i) => svgText(margin + 8, 30 + i * 23, line, { classes: 'title' }))
        .join('') +
      `<g transform="translate(${margin} ${px(top)})">${strips.body}</g>` +
      `<g transform="translate(${margin} ${px(forestTop)})">${forest.body}</g>`,
  });
}

// At a fixed place: beside its line a label would run out of the picture when δ is far right.
function legend(delta: number): string {
  const left = COLUMNS.plotLeft;
  return (
    svgLine(left + 4, 6, left + 4, 22, 'zero') +
    svgText(left + 14, 19, 'no difference') +
    svgLine(left + 124, 6, left + 124, 22, 'delta') +
    svgText(left + 134, 19, `δ = ${decimal(delta)}, smallest difference worth acting on`)
  );
}

function row(family: FamilyVerdict, top: number, scale: Scale): string {
  const kind = family.primary ? 'suspect' : 'explore';
  const y = top + ROW / 2;
  const low = scale.at(family.interval.low);
  const high = scale.at(family.interval.high);
  const x = scale.at(family.delta);
  const p =
    family.pHolm === null
      ? `${pEquals(family.pRank, 'rank p')}, unadjusted`
      : pEquals(family.pHolm, 'Holm p');
  return (
    familyLabel(family, top) +
    svgLine(low, y, high, y, `${kind}-line`) +
    svgLine(low, y - 6, low, y + 6, `${kind}-line`) +
    svgLine(high, y - 6, high, y + 6, `${kind}-line`) +
    `<rect class="${kind}" x="${px(x - 5)}" y="${px(y - 5)}" width="10" height="10"/>` +
    svgText(COLUMNS.textLeft, y - 12, `Δ ${decimal(family.delta)}`, { classes: 'strong' }) +
    svgText(COLUMNS.textLeft, y + 5, bracket(family.interval)) +
    svgText(COLUMNS.textLeft, y + 22, p, { classes: 'soft' })
  );
}
