import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRng, foldSeed } from './rng.ts';

/*
 * Golden numbers from an independent implementation:
 *
 *   import hashlib, json
 *   def rng(*labels):
 *       h = hashlib.sha256("\n".join(json.dumps(x) for x in labels).encode()).hexdigest()
 *       s = [int(h[i*8:i*8+8], 16) for i in range(4)]
 *       m = 2**32 - 1
 *       rotl = lambda x, k: (x << k | x >> 32 - k) & m
 *       while True:
 *           yield rotl(s[1] * 5 & m, 7) * 9 & m
 *           t = s[1] << 9 & m
 *           s[2] ^= s[0]; s[3] ^= s[1]; s[1] ^= s[2]; s[0] ^= s[3]; s[2] ^= t
 *           s[3] = rotl(s[3], 11)
 *   r = rng(7, "draw", 3); print([next(r) for _ in range(5)])
 */
const XOSHIRO128_STAR_STAR = [683660993, 1164978626, 3151805986, 1296179644, 3393292223];

describe('createRng', () => {
  it('is xoshiro128** seeded by the sha256 of its labels', () => {
    const rng = createRng(7, 'draw', 3);
    expect(XOSHIRO128_STAR_STAR.map(() => rng.next() * 2 ** 32)).toEqual(XOSHIRO128_STAR_STAR);
  });

  it('gives other numbers for other labels, and tells numbers from text', () => {
    const first = (...labels: (string | number)[]): number => createRng('s', ...labels).next();
    expect(new Set([first(), first(1), first('1'), first('1', 2), first(1, 2)]).size).toBe(5);
    expect(foldSeed('a', 'b')).not.toBe(foldSeed('a\n"b"'));
  });

  it('shuffles without losing or inventing items', () => {
    fc.assert(
      fc.property(fc.array(fc.integer()), fc.string(), (items, seed) => {
        const shuffled = createRng(seed).shuffle(items);
        expect(shuffled.toSorted((a, b) => a - b)).toEqual(items.toSorted((a, b) => a - b));
      }),
    );
  });

  it('draws uniform integers and standard normals', () => {
    const rng = createRng('moments');
    const counts = [0, 0, 0, 0, 0];
    for (let i = 0; i < 50_000; i++) counts[rng.int(5)]!++;
    // 10,000 expected each; five standard deviations are 447.
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(447);
    const normals = Array.from({ length: 50_000 }, () => rng.normal());
    const mean = normals.reduce((sum, x) => sum + x, 0) / normals.length;
    const variance = normals.reduce((sum, x) => sum + (x - mean) ** 2, 0) / normals.length;
    // Standard errors: 1/√n = 0.0045 and √(2/n) = 0.0063; five of each.
    expect(Math.abs(mean)).toBeLessThan(0.0224);
    expect(Math.abs(variance - 1)).toBeLessThan(0.0317);
  });

  it('refuses to pick from nothing', () => {
    expect(() => createRng(1).pick([])).toThrow(RangeError);
  });
});
