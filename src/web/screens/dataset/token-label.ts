import { visibleText } from '../../../base/visible-text.ts';

/** A token on one line with its spaces in sight, since they are part of it. */
export function tokenLabel(text: string): string {
  if (text === '') return '(empty)';
  return visibleText(text).replaceAll(' ', '␣').replaceAll('\n', '⏎').replaceAll('\t', '⇥');
}

/** A probability in per cent; what rounds to nothing is said to be small, not none. */
export function probabilityText(p: number): string {
  if (p > 0 && p < 0.001) return '< .1%';
  return `${(p * 100).toFixed(p < 0.995 && p >= 0.1 ? 0 : 1)}%`;
}
