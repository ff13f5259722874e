import { sha256 } from '../base/digest.ts';
import type { Objects } from './types.ts';

/** Objects that live in memory alone, for steps that are performed without a store; tests only. */
export function memoryObjects(): Objects {
  const stored = new Map<string, Uint8Array>();
  const put: Objects['put'] = (data) => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
    stored.set(sha256(bytes), bytes);
    return sha256(bytes);
  };
  return {
    put,
    putParts: (parts) => put([...parts()].join('')),
    get: (digest) => stored.get(digest)!,
    path: (digest) => digest,
    has: (digest) => stored.has(digest),
  };
}
