import { createHash, type Hash } from 'node:crypto';
import type { OnPolicyRequest, TrainRequest } from '../backend.ts';

/**
 * sha256 over everything that decides what a training request results in, `version` of the engine
 * included. Paths and the checkpoint itself stay out.
 */
export function requestDigest(request: TrainRequest | OnPolicyRequest, version: number): string {
  const { checkpoint: _, model, ...rest } = request;
  const teacher = 'teacher' in rest ? { teacher: rest.teacher.digest } : {};
  const hash = createHash('sha256');
  add(hash, { ...rest, ...teacher, model: model.digest, version });
  return hash.digest('hex');
}

/** Type, size and content of every part, so that different values never spell the same bytes. */
function add(hash: Hash, value: unknown): void {
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength}\n`);
    hash.update(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else if (Array.isArray(value)) {
    hash.update(`list ${value.length}\n`);
    if (value.every((item) => typeof item === 'number')) hash.update(`${value.join()}\n`);
    else value.forEach((item) => add(hash, item));
  } else if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value).filter(([, item]) => item !== undefined);
    entries.sort(([a], [b]) => (a < b ? -1 : 1));
    hash.update(`object ${entries.length}\n`);
    for (const [name, item] of entries) {
      hash.update(`${JSON.stringify(name)}\n`);
      add(hash, item);
    }
  } else {
    hash.update(`${typeof value} ${JSON.stringify(value)}\n`);
  }
}
