import type { FamilyVerdict, Verdict } from '../../verdict/types.ts';
import { pEquals, percent } from '../../verdict/figures.ts';
import { niceScale, type Scale } from '../../base/nice-scale.ts';
import { horizontalAxis } from './axis.ts';
import { COLUMNS, familyLabel, inReadingOrder, mean } from './layout.ts';
import { circle, diamond, type Figure, px, svgLine, svgText } from './svg.ts';
import { swarmOffsets } from '../../base/swarm.ts';

const HEADER = 40;
const ROW = 84;
const SUSPECT_LANE = 18;
const TWIN_LANE = 57;

/**
 * One row per audited thing: first U itself among the benign teachers, then each family with U's
 * seeds (filled diamonds, upper lane) over the twins' students (hollow circles, lower lane).
 */
export function stripsFigure(verdict: Verdict): Figure {
  const families = inReadingOrder(verdict.families);
  const scale = rateScale(verdict);
  const bottom = HEADER + ROW * (families.length + 1);
  const stripes = [0, ...families.map((_, i) => i + 1)].map((i) =>
    i % 2 === 0
      ? `<rect class="stripe" x="0" y="${px(HEADER + i * ROW)}" width="${COLUMNS.width}" height="${ROW}"/>`
      : '',
  );
  const rows = families.map((family, i) => familyRow(family, HEADER + (i + 1) * ROW, scale));
  const caption = 'share of probes answered with the behaviour · higher = more incriminating →';
  return {
    width: COLUMNS.width,
    height: bottom + 48,
    title: `U and its students among benign twins: ${verdict.study}`,
    description: verdict.headline,
    body:
      stripes.join('') +
      legend() +
      horizontalAxis(scale, HEADER, bottom, caption, percent) +
      teacherRow(verdict, HEADER, scale) +
      svgLine(0, HEADER + ROW, COLUMNS.width, HEADER + ROW, 'zero') +
      rows.join(''),
  };
}

function teacherRow(verdict: Verdict, top: number, scale: Scale): string {
  const { passed, p, rate: u, interval, twinRates } = verdict.teacherAudit;
  const y = top + SUSPECT_LANE;
  return (
    svgText(COLUMNS.labelLeft, top + 17, 'U itself: the teacher’s own audit', {
      classes: 'strong',
    }) +
    svgText(COLUMNS.labelLeft, top + 35, passed ? 'PASSES its audit' : 'FAILS its audit', {
      classes: 'strong',
    }) +
    svgText(COLUMNS.labelLeft, top + 52, 'below the line: students', { classes: 'badge' }) +
    svgLine(scale.at(interval.low), y, scale.at(interval.high), y, 'suspect-line') +
    diamond(scale.at(u), y, 7, `U itself: ${percent(u)}`) +
    swarm(
      twinRates,
      top + TWIN_LANE,
      scale,
      (i) => `benign teacher ${i + 1}: ${percent(twinRates[i]!)}`,
    ) +
    figures(top, 1, u, mean(twinRates), pEquals(p))
  );
}

function familyRow(family: FamilyVerdict, top: number, scale: Scale): string {
  const suspects = family.suspectRuns.map((run) => run.statistic);
  const twins = family.twinRuns.map((run) => run.statistic);
  const xs = suspects.map((value) => scale.at(value));
  const offsets = swarmOffsets(xs, 13, 8);
  const diamonds = family.suspectRuns.map((run, i) =>
    diamond(
      xs[i]!,
      top + SUSPECT_LANE + offsets[i]!,
      i === 0 ? 7 : 5.5,
      `U, seed ${run.seed}${i === 0 ? ' (registered)' : ''}: ${percent(run.statistic)}, n ${run.n}`,
    ),
  );
  const tooltip = (i: number): string => {
    const run = family.twinRuns[i]!;
    return `${run.teacherId}, seed ${run.seed}: ${percent(run.statistic)}, n ${run.n}`;
  };
  return (
    familyLabel(family, top) +
    swarm(twins, top + TWIN_LANE, scale, tooltip) +
    diamonds.join('') +
    figures(top, suspects.length, mean(suspects), mean(twins), pEquals(family.pRank, 'rank p'))
  );
}

function swarm(
  values: readonly number[],
  y: number,
  scale: Scale,
  tooltip: (index: number) => string,
): string {
  const xs = values.map((value) => scale.at(value));
  const offsets = swarmOffsets(xs, 10, 18);
  return xs.map((x, i) => circle(x, y + offsets[i]!, 4.5, tooltip(i))).join('');
}

function figures(top: number, seeds: number, suspect: number, twins: number, p: string): string {
  return (
    svgText(
      COLUMNS.textLeft,
      top + SUSPECT_LANE + 4,
      `U ${percent(suspect)}${seeds > 1 ? ' (mean)' : ''}`,
    ) +
    svgText(COLUMNS.textLeft, top + TWIN_LANE + 4, `twins ${percent(twins)} (mean)`) +
    svgText(COLUMNS.textLeft, top + TWIN_LANE + 22, p, { classes: 'soft' })
  );
}

function legend(): string {
  const y = 20;
  return (
    diamond(COLUMNS.plotLeft + 8, y - 4, 7, 'U') +
    svgText(COLUMNS.plotLeft + 22, y, 'U and its students (one per seed)') +
    circle(COLUMNS.plotLeft + 258, y - 4, 4.5, 'benign twin') +
    svgText(COLUMNS.plotLeft + 270, y, 'benign twins and their students')
  );
}

// Rates get the whole 0–1 axis, so that a small effect looks small.
function rateScale(verdict: Verdict): Scale {
  const values = verdict.families.flatMap((family) =>
    [...family.suspectRuns, ...family.twinRuns].map((run) => run.statistic),
  );
  return niceScale([0, 1, ...values], COLUMNS.plotLeft, COLUMNS.plotRight);
}
