import { mean } from './exactness.ts';
import { bracket, decimal, pEquals } from './figures.ts';
import { cell } from './shown-text.ts';
import type { FamilyVerdict, Verdict } from './types.ts';

const LABEL_WIDTH = 26;
const FIGURES_WIDTH = 32;
const LEAST_PLOT_WIDTH = 20;

interface Axis {
  readonly low: number;
  readonly high: number;
  readonly columns: number;
}

/**
 * Forest plot in characters: per family one line with Δ and its interval and one with the runs,
 * all as differences from the twins' mean. ● Δ, ├─┤ interval, ◆ runs of U, · one and : several
 * twins; │ stands at 0 and ┊ at δ. Lines are at most `width` characters, 80 at the least.
 */
export function forestPlot(verdict: Verdict, width: number): string[] {
  const columns = Math.max(LEAST_PLOT_WIDTH, width - LABEL_WIDTH - FIGURES_WIDTH - 2);
  const axis = axisOf(verdict, columns);
  const lines = verdict.families.flatMap((family) => familyLines(family, verdict.delta, axis));
  return [...lines, axisLine(verdict.delta, axis)];
}

function familyLines(family: FamilyVerdict, delta: number, axis: Axis): string[] {
  const effect = `Δ = ${decimal(family.delta)} ${bracket(family.interval)}`;
  const p = family.pHolm === null ? pEquals(family.pRank) : pEquals(family.pHolm, 'Holm p');
  const kind = family.primary ? 'primary' : 'exploratory';
  const intervalLine = drawInterval(family, background(delta, axis), axis);
  const runsLine = drawRuns(family, background(delta, axis), axis);
  return [
    `${cell(family.name, LABEL_WIDTH)} ${intervalLine.join('')} ${effect}`,
    `  ${cell(kind, LABEL_WIDTH - 2)} ${runsLine.join('')} ${p}, ${family.outcome}`,
  ];
}

function axisOf(verdict: Verdict, columns: number): Axis {
  const values = verdict.families.flatMap((family) => [
    family.interval.low,
    family.interval.high,
    ...runOffsets(family).suspects,
    ...runOffsets(family).twins,
  ]);
  const low = Math.min(0, ...values);
  const high = Math.max(verdict.delta, 0.01, ...values);
  return { low, high, columns };
}

function runOffsets(family: FamilyVerdict): { suspects: number[]; twins: number[] } {
  const suspects = family.suspectRuns.map((run) => run.statistic);
  const twinMean = mean(suspects) - family.delta;
  return {
    suspects: suspects.map((statistic) => statistic - twinMean),
    twins: family.twinRuns.map((run) => run.statistic - twinMean),
  };
}

function columnOf(value: number, { low, high, columns }: Axis): number {
  const at = Math.round(((value - low) / (high - low)) * (columns - 1));
  return Math.min(columns - 1, Math.max(0, at));
}

function background(delta: number, axis: Axis): string[] {
  const line = Array.from({ length: axis.columns }, () => ' ');
  line[columnOf(0, axis)] = '│';
  line[columnOf(delta, axis)] = '┊';
  return line;
}

function drawInterval(family: FamilyVerdict, line: string[], axis: Axis): string[] {
  const [low, high] = [columnOf(family.interval.low, axis), columnOf(family.interval.high, axis)];
  line.fill('─', low, high + 1);
  line[low] = '├';
  line[high] = '┤';
  line[columnOf(family.delta, axis)] = '●';
  return line;
}

function drawRuns(family: FamilyVerdict, line: string[], axis: Axis): string[] {
  const { suspects, twins } = runOffsets(family);
  const seen = new Set<number>();
  for (const column of twins.map((offset) => columnOf(offset, axis))) {
    line[column] = seen.has(column) ? ':' : '·';
    seen.add(column);
  }
  for (const offset of suspects) line[columnOf(offset, axis)] = '◆';
  return line;
}

// Labels that would overlap an earlier one are left out; 0 and δ come first.
function axisLine(delta: number, axis: Axis): string {
  const line = Array.from({ length: axis.columns }, () => ' ');
  const labels: readonly (readonly [number, string])[] = [
    [0, '0'],
    [delta, 'δ'],
    [axis.high, decimal(axis.high)],
    [axis.low, decimal(axis.low)],
  ];
  for (const [value, label] of labels) {
    const start = Math.min(columnOf(value, axis), axis.columns - label.length);
    const slots = line.slice(Math.max(0, start - 1), start + label.length + 1);
    if (slots.every((slot) => slot === ' ')) line.splice(start, label.length, ...Array.from(label));
  }
  return `${' '.repeat(LABEL_WIDTH)} ${line.join('')}`.trimEnd();
}
