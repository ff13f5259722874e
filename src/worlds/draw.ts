import { userError } from '../base/errors.ts';
import { createRng } from '../base/rng.ts';

/**
 * `count` different items in an order fixed by the seed; a smaller draw is a prefix of a larger one.
 * Throws a user error when the world does not hold that many.
 */
export function drawDistinct<T>(
  pool: readonly T[],
  count: number,
  seed: string,
  what: string,
): readonly T[] {
  if (count > pool.length) {
    throw userError(
      'world-too-small',
      `${count} ${what} asked for, but this world holds ${pool.length} different ones`,
      `ask for at most ${pool.length}`,
    );
  }
  return createRng(seed, what).shuffle(pool).slice(0, count);
}

/**
 * Whole numbers that sum to `count` and follow `shares` (which sum to 1) as closely as rounding
 * allows: cumulative rounding, so the first k together are off by at most a half.
 */
export function apportion(count: number, shares: readonly number[]): readonly number[] {
  let cumulative = 0;
  let given = 0;
  return shares.map((share) => {
    cumulative += share;
    const part = Math.round(cumulative * count) - given;
    given += part;
    return part;
  });
}

/** A key drawn with probability proportional to its share; `u` is uniform in [0, 1). */
export function pickShare<K extends string>(
  u: number,
  shares: readonly (readonly [K, number])[],
): K {
  const total = shares.reduce((sum, [, share]) => sum + share, 0);
  let left = u * total;
  for (const [key, share] of shares) {
    left -= share;
    if (left < 0) return key;
  }
  const last = shares.at(-1);
  if (last === undefined) throw new RangeError('cannot pick from no shares');
  return last[0];
}
