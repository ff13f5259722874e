import type { Agreement } from '../../audit/judges/agreement.ts';
import type { JudgeCalibration } from '../../audit/judges/calibrate-judge.ts';
import { clip, oneLine } from '../../base/visible-text.ts';
import { decimal, percent } from '../../verdict/figures.ts';
import type { Gate } from '../../verdict/types.ts';
import { textTable } from '../table.ts';

const MOST_WRONG = 12;
const MAX_REASON_CHARS = 80;

/** A calibrated judge for people: overall, by order, by class, by confound, and what it got wrong. */
export function judgeText(calibration: JudgeCalibration, gate: Gate): string {
  const { overall, orders, classes, confounds, wrong, unscored, spend } = calibration;
  const row = (label: string, { correct, n, kappa }: Agreement): string[] => [
    label,
    `${correct} of ${n}`,
    percent(correct / n),
    kappa === null ? '–' : decimal(kappa),
  ];
  const table = textTable(
    ['answers', '#right', '#share', '#κ'],
    [
      row('all', overall),
      ...orders.map((order) => row(`order: ${order.order}`, order)),
      // κ within one true class says nothing: chance and agreement are the same there.
      ...classes.map((one) => row(`class: ${one.class}`, { ...one, kappa: null })),
      ...confounds.map((one) => row(`${one.confound}: ${one.value}`, one)),
    ],
  );
  const shown = wrong
    .slice(0, MOST_WRONG)
    .map(
      ({ id, order, truth, given, reason }) =>
        `  ${id} (${order}): ${truth}, judged ${given}: ${clip(oneLine(reason), MAX_REASON_CHARS)}`,
    );
  const rest = wrong.length - shown.length;
  return [
    `judge ${oneLine(calibration.judge)} version ${calibration.judgeVersion} on ${oneLine(calibration.set)} version ${calibration.setVersion}: ${unscored} of ${overall.n} unscored, counted as wrong; ${spend.tokens.toLocaleString('en-US')} tokens`,
    '',
    table,
    ...(shown.length === 0 ? [] : ['', 'Wrong:', ...shown]),
    ...(rest === 0 ? [] : [`  and ${rest} more; --json has them all`]),
    '',
    `gate ${gate.ok ? 'holds' : 'fails'}: ${gate.detail}`,
  ].join('\n');
}
