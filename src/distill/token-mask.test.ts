import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskParams, maskWeights } from './token-mask.ts';

describe('maskWeights', () => {
  it('draws the line at a quantile of the tokens, or at so many nats', () => {
    const divergence_N = Float32Array.of(0.1, 0.9, 0.2, 0.5, 0.3);
    const weights = (mask: Parameters<typeof maskWeights>[0]) => [
      ...maskWeights(mask, divergence_N),
    ];
    expect(weights({ kind: 'divergent', quantile: 0.8 })).toEqual([0, 1, 0, 0, 0]);
    expect(weights({ kind: 'divergent', threshold: 0.4 })).toEqual([0, 1, 0, 1, 0]);
    expect(weights({ kind: 'agreeing', threshold: 0.25 })).toEqual([1, 0, 1, 0, 0]);
  });

  it('parts the tokens in two: every one is either divergent or agreeing', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.float({ min: 0, max: 9, noNaN: true }), { minLength: 4, maxLength: 40 }),
        fc.double({ min: 0.3, max: 0.7, noNaN: true }),
        (values, quantile) => {
          const divergence_N = Float32Array.from(values);
          const upper = maskWeights({ kind: 'divergent', quantile }, divergence_N);
          const lower = maskWeights({ kind: 'agreeing', quantile }, divergence_N);
          expect(upper.every((weight, i) => weight + lower[i]! === 1)).toBe(true);
        },
      ),
    );
  });

  it('says so when no token is left', () => {
    const none = (): Float32Array =>
      maskWeights({ kind: 'divergent', threshold: 5 }, Float32Array.of(1, 2));
    expect(none).toThrow('no training token is divergent');
  });

  it('leaves what is not said out of the parameters', () => {
    expect(maskParams({ kind: 'agreeing', quantile: 0.5 })).toEqual({
      kind: 'agreeing',
      quantile: 0.5,
    });
  });
});
