import type { Cell } from '../../api/arms.ts';
import { duration } from '../../base/numbers.ts';
import { percent } from '../../verdict/figures.ts';

/** Made once: making one costs far more than using it, and grids hold hundreds of figures. */
const figures = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });
const names = new Intl.Collator('en', { numeric: true });

/** Counts and sums of scores: `1,234`, `12.5`; at most one decimal. */
export function count(value: number): string {
  return figures.format(value);
}

/** Order of names as people count: `s2` before `s10`. */
export function compareNames(a: string, b: string): number {
  return names.compare(a, b);
}

/** Milliseconds as `8s`, `3m 05s`, `2h 10m`. */
export function time(ms: number): string {
  return duration(ms / 1000);
}

/** An instant in UTC, to the minute: `2026-01-31 09:30 UTC`. */
export function instant(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
}

/** Rate of a cell between 0 and 1; null where nothing was scored. */
export function rateOf(cell: Pick<Cell, 'k' | 'n'> | null | undefined): number | null {
  return cell === null || cell === undefined || cell.n === 0 ? null : cell.k / cell.n;
}

/** `83% (40 of 48)`, and what has no score; a dash where nothing was measured. */
export function rateWithN(
  cell: (Pick<Cell, 'k' | 'n'> & { readonly unscored?: number }) | null,
): string {
  const rate = rateOf(cell);
  const missing = cell?.unscored ?? 0;
  const lost = missing > 0 ? `, ${count(missing)} unscored` : '';
  return cell === null || rate === null
    ? `—${lost}`
    : `${percent(rate)} (${count(cell.k)} of ${count(cell.n)}${lost})`;
}

/** `n 48, 2 unscored`: what a rate rests on, and what is missing from it. */
export function scoresText({ n, unscored }: Pick<Cell, 'n' | 'unscored'>): string {
  return `n ${count(n)}, ${count(unscored)} unscored`;
}

/** Mean, or null for an empty list. */
export function meanOf(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
