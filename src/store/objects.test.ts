import { readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';

describe('objects', () => {
  it('gives back the bytes under their sha256', () => {
    const { objects } = temporaryStore();
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => {
        const digest = objects.put(bytes);
        expect(digest).toBe(sha256(bytes));
        expect([...objects.get(digest)]).toEqual([...bytes]);
        expect(objects.get(digest).byteOffset % 8).toBe(0);
      }),
      { numRuns: 30 },
    );
  });

  it('stores the same bytes once, as objects/ab/cdef…', () => {
    const { objects, dir } = temporaryStore();
    const digest = objects.put('text');
    const path = objects.path(digest);
    expect(path).toBe(`${dir}/objects/${digest.slice(0, 2)}/${digest.slice(2)}`);
    const written = statSync(path).mtimeMs;
    objects.put(new TextEncoder().encode('text'));
    expect(statSync(path).mtimeMs).toBe(written);
    expect(objects.has(digest)).toBe(true);
  });

  it('names the digest of a damaged or missing object and the way out', () => {
    const { objects } = temporaryStore();
    const digest = objects.put('some text');
    const bytes = readFileSync(objects.path(digest));
    bytes[3]! ^= 1;
    writeFileSync(objects.path(digest), bytes);
    const hint: unknown = expect.stringContaining('informant store verify');
    const message: unknown = expect.stringContaining(digest);
    expect(() => objects.get(digest)).toThrow(
      expect.objectContaining({ code: 'object-corrupt', message, hint, exitCode: 1 }),
    );
    const missing = sha256('nothing');
    expect(() => objects.get(missing)).toThrow(
      expect.objectContaining({ code: 'object-missing', hint }),
    );
  });

  it('writes an object anew that was cut short', () => {
    const { objects } = temporaryStore();
    const digest = objects.put('some text');
    truncateSync(objects.path(digest), 4);
    objects.put('some text');
    expect(new TextDecoder().decode(objects.get(digest))).toBe('some text');
  });

  it('takes digests only, never paths', () => {
    expect(() => temporaryStore().objects.get('../../etc/passwd')).toThrow(TypeError);
  });
});

describe('artifacts', () => {
  it('are addressed by the digest of their canonical JSON', () => {
    const { artifacts, objects } = temporaryStore();
    const fields = { kind: 'student', meta: { tokens: 3 }, files: { weights: objects.put('w') } };
    const artifact = artifacts.put(fields);
    expect(artifact.digest).toBe(sha256(canonicalJson(fields)));
    expect(artifacts.get(artifact.digest)).toEqual({ digest: artifact.digest, ...fields });
  });

  it('never name a file that is not there', () => {
    const { artifacts } = temporaryStore();
    const files = { weights: sha256('never stored') };
    expect(() => artifacts.put({ kind: 'student', meta: {}, files })).toThrow(/never stored/);
  });

  it('are not any object', () => {
    const { artifacts, objects } = temporaryStore();
    expect(() => artifacts.get(objects.put('{"kind":1}'))).toThrow(/not an artifact/);
  });
});
