import { oneLine } from '../../base/visible-text.ts';
import { percent } from '../../verdict/figures.ts';
import { figure } from '../../base/numbers.ts';
import { textTable } from '../table.ts';
import type { TransferWindow } from '../../readers/transfer-windows.ts';

const NONE =
  'No family of this study has checkpoints; add `checkpoints: [0, 0.25, 0.5]` to one and run it again.';

/** One table per family: a row per teacher role and point of training. */
export function transferText(windows: readonly TransferWindow[]): string {
  if (windows.length === 0) return NONE;
  return windows
    .map(({ family, columns, groups }) => {
      const rows = groups.flatMap(({ label, models, points }) =>
        points.map(({ share, step, rates, movement }) => [
          `${label} (${models})`,
          percent(share),
          figure(step),
          ...rates.map((rate) => (rate === null ? '—' : percent(rate))),
          movement === null ? '—' : figure(Number(movement.toFixed(3))),
        ]),
      );
      const head = ['students', '#trained', '#step', ...columns.map((c) => `#${c}`), '#nats moved'];
      return `${oneLine(family)}\n${textTable(head, rows)}`;
    })
    .join('\n\n');
}
