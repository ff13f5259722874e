import { sha256 } from './digest.ts';

/** A deterministic stream of random numbers. */
export interface Rng {
  /** Uniform in [0, 1), 32 bits of resolution. */
  next(): number;
  /** Uniform integer in [0, n). */
  int(n: number): number;
  /** Standard normal (Box–Muller). */
  normal(): number;
  /** A new array in random order (Fisher–Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** One item; throws RangeError on an empty list. */
  pick<T>(items: readonly T[]): T;
}

/**
 * A seed for a named purpose below another seed. Splitting by name instead of drawing from one
 * stream keeps every consumer's numbers unchanged when another consumer is added.
 */
export function foldSeed(seed: string | number, ...labels: readonly (string | number)[]): string {
  return sha256([seed, ...labels].map((part) => JSON.stringify(part)).join('\n'));
}

/** xoshiro128** (Blackman and Vigna 2018), seeded from the sha256 of the labels. */
export function createRng(seed: string | number, ...labels: readonly (string | number)[]): Rng {
  const hex = foldSeed(seed, ...labels);
  const s = Uint32Array.from({ length: 4 }, (_, i) => parseInt(hex.slice(i * 8, i * 8 + 8), 16));
  if (s.every((word) => word === 0)) s[0] = 1;
  const next = (): number => nextUint32(s) / 2 ** 32;
  const int = (n: number): number => Math.floor(next() * n);
  return {
    next,
    int,
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
    shuffle: (items) => {
      const out = [...items];
      for (let i = out.length - 1; i > 0; i--) {
        const j = int(i + 1);
        [out[i], out[j]] = [out[j]!, out[i]!];
      }
      return out;
    },
    pick: (items) => {
      if (items.length === 0) throw new RangeError('cannot pick from an empty list');
      return items[int(items.length)]!;
    },
  };
}

function nextUint32(s: Uint32Array): number {
  const rotl = (x: number, k: number): number => (x << k) | (x >>> (32 - k));
  const result = Math.imul(rotl(Math.imul(s[1]!, 5), 7), 9) >>> 0;
  const t = s[1]! << 9;
  s[2]! ^= s[0]!;
  s[3]! ^= s[1]!;
  s[1]! ^= s[2]!;
  s[0]! ^= s[3]!;
  s[2]! ^= t;
  s[3] = rotl(s[3]!, 11);
  return result;
}
