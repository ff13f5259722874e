import { oneLine } from '../../base/visible-text.ts';
import { type ComparedFamily, type FamilyFigure, meansOf } from '../../study/family-comparison.ts';
import { bracket, decimal, percent } from '../../verdict/figures.ts';
import { textTable } from '../table.ts';

/** One table for every figure: a row per family. */
export function comparisonText(families: readonly ComparedFamily[]): string {
  const labels = [...new Set(families.flatMap(({ figures }) => figures.map(({ label }) => label)))];
  return labels
    .map((label) => {
      const rows = families.flatMap(({ family, primary, figures }) => {
        const own = figures.find((figure) => figure.label === label);
        return own === undefined ? [] : [rowOf(family, primary, own)];
      });
      const head = ['family', '#U’s students', '#of', '#twins’', '#of', '#Δ [95%]', '#missing'];
      return `${oneLine(label)}\n${textTable(head, rows)}`;
    })
    .join('\n\n');
}

function rowOf(family: string, primary: boolean, figure: FamilyFigure): string[] {
  const { suspects, twins } = meansOf(figure);
  const { n, missing } = figure.missing;
  return [
    `${oneLine(family)}${primary ? ' (primary)' : ''}`,
    suspects === null ? '—' : percent(suspects),
    String(figure.suspects.length),
    twins === null ? '—' : percent(twins),
    String(figure.twins.length),
    `${decimal(figure.delta)} ${bracket(figure.interval)}`,
    `${missing} of ${n}`,
  ];
}
