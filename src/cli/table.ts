import { padText, textWidth } from './text-width.ts';
import { oneLine } from '../base/visible-text.ts';

/**
 * Rows as aligned plain-text columns under a heading. Cells are untrusted: made visible and put on
 * one line. A `#` before a heading aligns its column to the right.
 */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const right = head.map((title) => title.startsWith('#'));
  const titles = head.map((title) => title.replace(/^#/u, ''));
  const cells = [titles, ...rows.map((row) => row.map(oneLine))];
  const widths = titles.map((_, c) => Math.max(...cells.map((row) => textWidth(row[c] ?? ''))));
  return cells
    .map((row) =>
      row
        .map((cell, c) => {
          const width = widths[c] ?? 0;
          return right[c] ? ' '.repeat(width - textWidth(cell)) + cell : padText(cell, width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
