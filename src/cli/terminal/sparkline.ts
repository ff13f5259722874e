const BARS = '▁▂▃▄▅▆▇█';

/**
 * Values as a row of at most `columns` block characters, lowest to highest; each column is the
 * mean of its share of the values. Values that are not finite are left out.
 */
export function sparkline(values: readonly number[], columns: number): string {
  const finite = values.filter(Number.isFinite);
  if (finite.length === 0 || columns < 1) return '';
  const count = Math.min(columns, finite.length);
  const means = Array.from({ length: count }, (_, i) => {
    const from = Math.floor((i * finite.length) / count);
    const slice = finite.slice(from, Math.floor(((i + 1) * finite.length) / count));
    return slice.reduce((sum, value) => sum + value, 0) / slice.length;
  });
  const low = Math.min(...means);
  const span = Math.max(...means) - low;
  return means
    .map((value) => BARS[span === 0 ? 0 : Math.round(((value - low) / span) * (BARS.length - 1))])
    .join('');
}

/** A bar of `columns` characters, `fraction` of it full. */
export function bar(fraction: number, columns: number): string {
  const full = Math.floor(Math.min(1, Math.max(0, fraction)) * columns + 1e-9);
  return '█'.repeat(full) + '░'.repeat(columns - full);
}
