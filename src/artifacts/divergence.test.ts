import { describe, expect, it } from 'vitest';
import { decodeDivergence, encodeDivergence } from './divergence.ts';

describe('stored divergences', () => {
  const stored = {
    divergence_N: Float32Array.of(0, 0.5, 3),
    logRatio_N: Float32Array.of(-1, 0.25, 2),
  };

  it('come back as they were', () => {
    expect(decodeDivergence(encodeDivergence(stored))).toEqual(stored);
  });

  it('are refused when they are cut or something else', () => {
    const bytes = encodeDivergence(stored);
    const other = Uint8Array.from(bytes);
    other[0]! ^= 1;
    for (const bad of [bytes.subarray(0, -1), bytes.subarray(0, 3), other]) {
      expect(() => decodeDivergence(bad)).toThrow('damaged');
    }
  });
});
