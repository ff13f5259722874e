import { describe, expect, it } from 'vitest';
import { openSentenceEncoder, piecesOf } from './sentence-vectors.ts';

describe('openSentenceEncoder', () => {
  it('gives the vectors of the model in full precision, nearly', async () => {
    const [age, cosmos, cake] = await openSentenceEncoder([6]).vectors([
      'How old is the universe?',
      'What is the age of the cosmos?',
      'I like cake',
    ]);
    // By a reference in float32 with the original weights.
    expect(cosine(age![0]!, cosmos![0]!)).toBeCloseTo(0.7763, 2);
    expect(cosine(age![0]!, cake![0]!)).toBeCloseTo(0.061, 2);
  });

  it('gives a text the same vector in any company, and none to an empty one', async () => {
    const encoder = openSentenceEncoder([4, 6]);
    const alone = (await encoder.vectors(['Hello there']))[0]![0]!;
    const long = 'a word '.repeat(60);
    const [padded, none, beside] = await encoder.vectors([long, '', 'Hello there']);
    expect(none).toEqual([]);
    expect(padded).toHaveLength(1);
    expect(alone).toHaveLength(2 * 384);
    expect(alone.every((value, i) => Math.abs(value - beside![0]![i]!) < 1e-5)).toBe(true);
    expect((await encoder.vectors([long.repeat(5)]))[0]!.length).toBeGreaterThan(2);
  });
});

describe('piecesOf', () => {
  it('covers every token of a text, and both ends of a very long one', () => {
    for (const length of [1, 125, 126, 127, 189, 190, 1000]) {
      const ids = Array.from({ length }, (_, i) => i);
      expect(new Set(piecesOf(ids).flat())).toEqual(new Set(ids));
    }
    const long = piecesOf(Array.from({ length: 100_000 }, (_, i) => i)).flat();
    expect([long.at(0), long.at(-1)]).toEqual([0, 99_999]);
    expect(long.length).toBeLessThan(13_000);
    expect(piecesOf([])).toEqual([]);
  });
});

/** Of vectors of length 1. */
function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
