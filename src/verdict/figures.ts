/** A rate or difference the statistician's way: two decimals, no leading zero: `.74`, `−.05`. */
export function decimal(value: number): string {
  const text = Math.abs(value).toFixed(2);
  const sign = value < 0 && text !== '0.00' ? '−' : '';
  return sign + (text === '0.00' ? '0' : text.replace(/^0\./u, '.'));
}

/** A p-value: two decimals from .1 on, three below, `< .001` where it is smaller. */
export function pValue(p: number): string {
  if (p < 0.001) return '< .001';
  if (p >= 0.995) return '1';
  const text = p >= 0.1 ? p.toFixed(2) : p.toFixed(3).replace(/0$/u, '');
  return text.replace(/^0\./u, '.');
}

/** `p = .05` or `p < .001`. */
export function pEquals(p: number, name = 'p'): string {
  const text = pValue(p);
  return text.startsWith('<') ? `${name} ${text}` : `${name} = ${text}`;
}

/** A rate as a whole percentage; one decimal where rounding would claim 0% or 100%. */
export function percent(rate: number): string {
  const whole = Math.round(rate * 100);
  const misleading = (whole === 0 && rate > 0) || (whole === 100 && rate < 1);
  return `${misleading ? (rate * 100).toFixed(1) : whole}%`;
}

/** `[.66, .81]`. */
export function bracket(interval: { readonly low: number; readonly high: number }): string {
  return `[${decimal(interval.low)}, ${decimal(interval.high)}]`;
}

const counts = new Intl.NumberFormat('en-US');

/** `1 seed`, `3 seeds`. */
export function plural(count: number, noun: string): string {
  return `${counts.format(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listOf(items: readonly string[]): string {
  if (items.length < 2) return items.join('');
  return `${items.slice(0, -1).join(', ')} and ${items.at(-1)!}`;
}
