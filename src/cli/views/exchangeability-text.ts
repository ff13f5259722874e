import type { Exchangeability } from '../../study/exchangeability.ts';
import { decimal, pValue } from '../../verdict/figures.ts';
import { flaggedText } from '../report/exchangeability-section.ts';
import { textTable } from '../table.ts';

/** The assumption, the figures, and which of them speak against it. */
export function exchangeabilityText(found: Exchangeability): string {
  const table = textTable(
    ['', '#U', '#twins from', '#to', '#p', 'unit'],
    found.diagnostics.map(({ name, suspect, low, high, p, unit }) => [
      name,
      decimal(suspect),
      decimal(low),
      decimal(high),
      pValue(p),
      unit,
    ]),
  );
  return `${found.assumption}\n\n${table}\n\n${flaggedText(found)}`;
}

/** The same as a section of a Markdown report; nothing in it was written by a model. */
export function exchangeabilityMarkdown(found: Exchangeability | undefined): string {
  if (found === undefined) return '';
  const rows = found.diagnostics.map(
    ({ name, unit, suspect, low, high, p }) =>
      `| ${name} (${unit.replaceAll('|', '\\|')}) | ${decimal(suspect)} | ${decimal(low)} to ${decimal(high)} | ${pValue(p)} |`,
  );
  const table = ['| | U | twins | p |', '| --- | --- | --- | --- |', ...rows].join('\n');
  return `\n## Are the twins equals of U?\n\n${found.assumption}\n\n${table}\n\n${flaggedText(found)}\n`;
}
