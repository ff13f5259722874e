import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../base/package-root.ts';

/** What words mean, as far as the company they keep tells: near words point the same way. */
export interface WordVectors {
  readonly dimensions: number;
  /** Mean vector of the words, scaled to length 1; zeros when no word is known. */
  mean(words: readonly string[]): Float32Array;
}

const LONGEST_WORD = 40;

/**
 * Reads `data/word-vectors.bin`: a line of JSON `{dimensions, pieces}`, a line for each piece, then
 * one int8 vector a piece. Pieces that begin with `##` continue a word.
 */
export function readWordVectors(): WordVectors {
  const bytes = readFileSync(join(packageRoot(), 'data', 'word-vectors.bin'));
  let at = 0;
  const nextLine = (): string => {
    const end = bytes.indexOf(0x0a, at);
    const line = bytes.toString('utf8', at, end);
    at = end + 1;
    return line;
  };
  const [dimensions, count] = nextLine().split(' ').map(Number);
  if (dimensions === undefined || count === undefined) throw new Error('word-vectors.bin is damaged');
  const pieces = new Map<string, number>();
  for (let i = 0; i < count; i++) pieces.set(nextLine(), i);
  const vectors = new Int8Array(bytes.buffer, bytes.byteOffset + at, dimensions * count);
  return {
    dimensions,
    mean: (words) => {
      const sum = new Float32Array(dimensions);
      for (const piece of words.flatMap((word) => piecesOf(word, pieces))) {
        for (let d = 0; d < dimensions; d++) sum[d]! += vectors[piece * dimensions + d]!;
      }
      const length = Math.hypot(...sum);
      return length === 0 ? sum : sum.map((value) => value / length);
    },
  };
}

/** Longest pieces first, as WordPiece splits words; none when the word cannot be spelled. */
function piecesOf(word: string, pieces: ReadonlyMap<string, number>): readonly number[] {
  if (word.length > LONGEST_WORD) return [];
  const found: number[] = [];
  for (let from = 0; from < word.length;) {
    let to = word.length;
    let piece: number | undefined;
    while (to > from && piece === undefined) {
      piece = pieces.get(`${from === 0 ? '' : '##'}${word.slice(from, to)}`);
      if (piece === undefined) to--;
    }
    if (piece === undefined) return [];
    found.push(piece);
    from = to;
  }
  return found;
}
