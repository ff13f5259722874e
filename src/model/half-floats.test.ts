import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bfloatToFloat,
  floatToBfloat,
  floatToHalf,
  halfToFloat,
  halfValues,
} from './half-floats.ts';

const bitsOf = (bytes: Uint8Array): number[] =>
  Array.from({ length: bytes.length / 2 }, (_, i) => bytes[2 * i]! | (bytes[2 * i + 1]! << 8));

describe('F16', () => {
  it('keeps every half-precision value through float32', () => {
    const values = halfValues();
    const bits = bitsOf(floatToHalf(values));
    const changed = bits.filter((bit, i) => bit !== i && !Number.isNaN(values[i]!));
    expect(changed).toEqual([]);
  });

  it('rounds like numpy', () => {
    // np.array([...], np.float32).astype(np.float16).view(np.uint16).tolist()
    const input = [0.1, -0.1, 65504, 65519.996, 65520, 1e9, 2 ** -24, 2 ** -25, 2.9802326e-8, 3e-5];
    const expected = [11878, 44646, 31743, 31743, 31744, 31744, 1, 0, 1, 503];
    expect(bitsOf(floatToHalf(Float32Array.from(input)))).toEqual(expected);
    expect(bitsOf(floatToHalf(Float32Array.of(1 + 2 ** -11, 1 + 3 * 2 ** -11)))).toEqual([
      0x3c00, 0x3c02,
    ]);
  });

  it('never rounds past a neighbour', () => {
    fc.assert(
      fc.property(fc.float({ min: -65504, max: 65504, noNaN: true }), (value) => {
        const out = new Float32Array(1);
        halfToFloat(floatToHalf(Float32Array.of(value)), out);
        expect(Math.abs(out[0]! - value)).toBeLessThanOrEqual(
          Math.max(Math.abs(value) * 2 ** -11, 2 ** -25),
        );
      }),
    );
  });
});

describe('BF16', () => {
  it('keeps values it can represent and rounds ties to even', () => {
    const input = Float32Array.of(1, -2.5, Infinity, 1 + 2 ** -8, 1 + 3 * 2 ** -8, 3.4e38);
    expect(bitsOf(floatToBfloat(input))).toEqual([0x3f80, 0xc020, 0x7f80, 0x3f80, 0x3f82, 0x7f80]);
    const out = new Float32Array(2);
    bfloatToFloat(Uint8Array.of(0x80, 0x3f, 0x20, 0xc0), out);
    expect([...out]).toEqual([1, -2.5]);
  });

  it('keeps NaN', () => {
    const out = new Float32Array(1);
    bfloatToFloat(floatToBfloat(Float32Array.of(NaN)), out);
    expect(out[0]).toBeNaN();
  });
});
