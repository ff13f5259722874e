import type { Json } from './json.ts';

/**
 * RFC 8785 (JSON Canonicalization Scheme): keys sorted by UTF-16 code units, no white space,
 * ECMAScript number formatting. Keys of steps and hashes of events are built on it.
 * Throws TypeError on values JSON cannot hold (NaN, infinities, undefined, lone surrogates).
 */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return canonicalNumber(value);
  if (typeof value === 'string') return canonicalString(value);
  if (isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`not a JSON value: ${typeof value}`);
  const entries = Object.entries(value)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, item]) => `${canonicalString(key)}:${canonicalJson(item)}`);
  return `{${entries.join(',')}}`;
}

function canonicalNumber(value: number): string {
  if (!Number.isFinite(value)) throw new TypeError(`not a JSON number: ${value}`);
  return Object.is(value, -0) ? '0' : String(value);
}

function canonicalString(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('string holds a lone surrogate');
  return JSON.stringify(value);
}

// Array.isArray does not narrow readonly arrays out of a union.
function isArray(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
