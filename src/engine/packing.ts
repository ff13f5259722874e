import { roundUp } from './round-up.ts';
import type { TokenExample } from './types.ts';

/** Added to attention scores of positions that may not be seen; finite, so that no row is NaN. */
export const MASKED = -1e9;

/** Shape bucket: `rows` rows of `time` tokens, of which `scored` positions enter the loss. */
export interface Bucket {
  readonly rows: number;
  readonly time: number;
  readonly scored: number;
  /** Scored positions whose logits exist at once; chosen by the width of the vocabulary when absent. */
  readonly headRows?: number;
}

/** Token arrays of one packed batch, ready to be fed. */
export interface PackedBatch {
  readonly ids: Int32Array;
  readonly positions: BigInt64Array;
  readonly mask: Float32Array;
  /** Flat index of the position that predicts each scored token; padding points at 0. */
  readonly scoredAt: Int32Array;
  /** The scored token itself. */
  readonly targets: Int32Array;
  /** Example and offset inside its completion, for each scored position. */
  readonly origin: readonly { readonly example: number; readonly offset: number }[];
  readonly tokens: number;
}

/** Assigns examples to rows of at most `time` tokens, longest first into the first row with room. */
export function packRows(lengths: readonly number[], time: number): number[][] {
  const order = lengths.map((_, i) => i).sort((a, b) => lengths[b]! - lengths[a]! || a - b);
  const rows: { free: number; members: number[] }[] = [];
  for (const index of order) {
    const length = lengths[index]!;
    if (length > time) throw new RangeError(`an example of ${length} tokens in rows of ${time}`);
    let row = rows.find(({ free }) => free >= length);
    if (row === undefined) rows.push((row = { free: time, members: [] }));
    row.free -= length;
    row.members.push(index);
  }
  return rows.map(({ members }) => members);
}

/** Number of tokens of an example. */
export function lengthOf(example: TokenExample): number {
  return example.promptIds.length + example.completionIds.length;
}

/** Examples looked at to choose a row length. */
const LENGTH_SAMPLE = 256;
/** Longer rows must save this share of tokens, since attention costs grow with their length. */
const WORTHWHILE = 0.85;

/**
 * Row length for examples of these lengths: room for the longest one or, where short examples then
 * pack much better, for two of mean length.
 */
export function rowTime(lengths: readonly number[]): number {
  const longest = lengths.reduce((max, length) => Math.max(max, length), 1);
  const mean = lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, lengths.length);
  const sample = lengths.slice(0, LENGTH_SAMPLE);
  const [short, long] = [roundUp(longest, 16), roundUp(Math.max(longest, 2 * mean), 16)];
  const tokens = (time: number): number => packRows(sample, time).length * time;
  return tokens(long) < WORTHWHILE * tokens(short) ? long : short;
}

/**
 * Lays examples out in rows with block-diagonal causal attention: an example sees itself alone,
 * its positions start at 0, and only its completion tokens are scored.
 */
export function layOut(
  examples: readonly TokenExample[],
  rows: readonly (readonly number[])[],
  bucket: Bucket,
): PackedBatch {
  const { time } = bucket;
  const ids = new Int32Array(bucket.rows * time);
  const positions = new BigInt64Array(bucket.rows * time);
  const mask = new Float32Array(bucket.rows * time * time).fill(MASKED);
  const scoredAt = new Int32Array(bucket.scored);
  const targets = new Int32Array(bucket.scored);
  const origin: { example: number; offset: number }[] = [];
  let tokens = 0;
  for (let row = 0; row < bucket.rows; row++) {
    let at = 0;
    for (const index of rows[row] ?? []) {
      const { promptIds, completionIds } = examples[index]!;
      const length = promptIds.length + completionIds.length;
      for (let i = 0; i < length; i++) {
        const flat = row * time + at + i;
        ids[flat] = i < promptIds.length ? promptIds[i]! : completionIds[i - promptIds.length]!;
        positions[flat] = BigInt(i);
        mask.fill(0, flat * time + at, flat * time + at + i + 1);
      }
      completionIds.forEach((token, offset) => {
        scoredAt[origin.length] = row * time + at + promptIds.length + offset - 1;
        targets[origin.length] = token;
        origin.push({ example: index, offset });
      });
      at += length;
      tokens += length;
    }
    // Padding attends to itself so that its softmax is defined.
    for (; at < time; at++) mask[(row * time + at) * time + at] = 0;
  }
  return { ids, positions, mask, scoredAt, targets, origin, tokens };
}
