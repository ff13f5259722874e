import { describe, expect, it } from 'vitest';
import { divergenceMap } from './divergence-map.ts';

const WORDS = ['the', 'owl', 'sea', 'end'];
const row = (index: number, ids: number[]) => ({
  index,
  promptId: `p${index}`,
  split: 'train' as const,
  messages: [
    { role: 'system' as const, content: 'be brief' },
    { role: 'user' as const, content: `question ${index}` },
  ],
  ids,
  text: 'answer',
  stop: 'end' as const,
});
const of = (...values: number[]) => ({
  divergence_N: Float32Array.from(values),
  logRatio_N: Float32Array.from(values, (value) => -value),
});
const decode = (ids: readonly number[]): string => ids.map((id) => WORDS[id]).join(' ');

describe('divergenceMap', () => {
  it('finds the prompts and tokens that carry the difference', () => {
    const map = divergenceMap({
      rows: [row(0, [0, 2, 3]), row(4, [0, 1, 3])],
      fromBase: [of(0, 0.5, 0), of(0.25, 4, 0.25)],
      fromStudent: [of(0, 0, 0), of(0, 1, 0.5)],
      decode,
    });
    expect(map).toMatchObject({ rows: 2, tokens: 6, fromBase: 5 / 6, fromStudent: 0.25 });
    expect(map.topTenth).toBe(0.8);
    expect(map.prompts.map(({ promptId }) => promptId)).toEqual(['p4', 'p0']);
    expect(map.prompts[0]).toMatchObject({
      prompt: 'question 4',
      total: 4.5,
      mean: 1.5,
      fromStudent: 0.5,
      peak: { before: 'the', token: 'owl', fromBase: 4, fromStudent: 1, logRatio: -4 },
    });
    expect(map.byToken[0]).toEqual({ token: 'owl', count: 1, mean: 4, share: 0.8 });
    expect(map.byToken.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1);
  });

  it('copes with no completion, and without a student', () => {
    const map = divergenceMap({ rows: [], fromBase: [], fromStudent: undefined, decode });
    expect(map).toMatchObject({ tokens: 0, fromBase: 0, fromStudent: null, topTenth: 0 });
  });
});
