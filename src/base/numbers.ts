/** Any figure, short: integers plain, others with up to three significant digits. */
export function figure(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return '—';
  return Number.isInteger(value)
    ? unminus(value.toLocaleString('en-US'))
    : unminus(String(Number(value.toPrecision(3))));
}

/** Large counts: `940`, `12.3k`, `4.1M`. */
export function compact(value: number): string {
  if (Math.abs(value) < 1000) return String(Math.round(value));
  if (Math.abs(value) < 999_950) return `${(value / 1000).toFixed(value < 9950 ? 1 : 0)}k`;
  return `${(value / 1e6).toFixed(1)}M`;
}

/** Seconds as `8s`, `3m 05s`, `2h 10m`. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole}s`;
  const pad = (n: number): string => String(n).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)}m ${pad(whole % 60)}s`;
  return `${Math.floor(whole / 3600)}h ${pad(Math.floor((whole % 3600) / 60))}m`;
}

// A typographic minus lines up with plus and cannot be taken for a hyphen; "-0" is zero.
function unminus(text: string): string {
  return /^-0(\.0*)?$/u.test(text) ? text.slice(1) : text.replace('-', '−');
}
