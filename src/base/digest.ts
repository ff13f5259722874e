import { createHash } from 'node:crypto';
import { canonicalJson } from './canonical-json.ts';
import type { Json } from './json.ts';

/** sha256 of bytes (or of the UTF-8 text), as 64 lower-case hex digits. */
export function sha256(data: Uint8Array | string): string {
  return createHash('sha256').update(data).digest('hex');
}

/** sha256 of the canonical JSON of a value: equal values have equal digests. */
export function digestJson(value: Json): string {
  return sha256(canonicalJson(value));
}

/** First eight hex digits, enough to name a thing to a person. */
export function shortDigest(digest: string): string {
  return digest.slice(0, 8);
}
