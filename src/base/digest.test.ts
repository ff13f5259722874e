import { describe, expect, it } from 'vitest';
import { digestJson, sha256, shortDigest } from './digest.ts';

describe('digests', () => {
  it('gives the FIPS 180-2 example for text and bytes', () => {
    const abc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
    expect(sha256('abc')).toBe(abc);
    expect(sha256(Uint8Array.of(97, 98, 99))).toBe(abc);
  });

  // python3 -c 'import hashlib; print(hashlib.sha256(b"{\"a\":[1,2],\"b\":null}").hexdigest())'
  it('digests canonical JSON', () => {
    expect(digestJson({ b: null, a: [1, 2] })).toBe(DIGEST);
    expect(shortDigest(digestJson({ a: [1, 2], b: null }))).toBe(DIGEST.slice(0, 8));
  });
});

const DIGEST = 'f25109c4111335e4a32d49373585e7a788ff5b10e70023f7004b170e7f84716a';
