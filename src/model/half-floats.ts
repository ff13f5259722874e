/**
 * Conversions between float32 and the two 16-bit formats. IEEE 754 binary16 (F16) has 5 exponent
 * and 10 fraction bits; bfloat16 (BF16) is the upper half of a float32.
 */

let halfTable: Float32Array | undefined;

/** All 65,536 half-precision values by bit pattern: a lookup beats arithmetic per element. */
export function halfValues(): Float32Array {
  if (halfTable !== undefined) return halfTable;
  const table = new Float32Array(0x10000);
  for (let bits = 0; bits < 0x10000; bits++) table[bits] = decodeHalf(bits);
  halfTable = table;
  return table;
}

function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

/** Little-endian F16 bytes to float32: `out[i]` from bytes 2i, 2i + 1. */
export function halfToFloat(bytes: Uint8Array, out: Float32Array): void {
  const table = halfValues();
  for (let i = 0, at = 0; i < out.length; i++, at += 2) {
    out[i] = table[bytes[at]! | (bytes[at + 1]! << 8)]!;
  }
}

/** Little-endian BF16 bytes to float32: the bits move to the upper half of the word. */
export function bfloatToFloat(bytes: Uint8Array, out: Float32Array): void {
  const words = new Uint32Array(out.buffer, out.byteOffset, out.length);
  for (let i = 0, at = 0; i < words.length; i++, at += 2) {
    words[i] = (bytes[at]! << 16) | (bytes[at + 1]! << 24);
  }
}

/** Float32 to little-endian BF16 bytes, rounding to nearest, ties to even; NaN stays NaN. */
export function floatToBfloat(values: Float32Array): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bytes = new Uint8Array(values.length * 2);
  for (let i = 0, at = 0; i < words.length; i++, at += 2) {
    const word = words[i]!;
    const isNaN = (word & 0x7fffffff) > 0x7f800000;
    const bits = isNaN ? (word >>> 16) | 0x40 : (word + 0x7fff + ((word >>> 16) & 1)) >>> 16;
    bytes[at] = bits & 0xff;
    bytes[at + 1] = (bits >>> 8) & 0xff;
  }
  return bytes;
}

/** Float32 to little-endian F16 bytes, rounding to nearest, ties to even; too large is infinity. */
export function floatToHalf(values: Float32Array): Uint8Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  const bytes = new Uint8Array(values.length * 2);
  for (let i = 0, at = 0; i < words.length; i++, at += 2) {
    const bits = encodeHalf(words[i]!);
    bytes[at] = bits & 0xff;
    bytes[at + 1] = bits >>> 8;
  }
  return bytes;
}

function encodeHalf(word: number): number {
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00;
  // 0x477ff000 is 65520, halfway between the largest half (65504) and the next step.
  if (magnitude >= 0x477ff000) return sign | 0x7c00;
  if (magnitude >= 0x38800000) {
    // Normal: rebias the exponent by 127 − 15, drop 13 fraction bits. A carry walks into the exponent.
    return sign | ((magnitude - 0x38000000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  // Subnormal: the fraction with its hidden bit, shifted so that one unit is 2^-24.
  const shift = 126 - (magnitude >>> 23);
  if (shift > 24) return sign;
  const fraction = (magnitude & 0x7fffff) | 0x800000;
  const half = 1 << (shift - 1);
  const odd = (fraction >>> shift) & 1;
  return sign | ((fraction + half - 1 + odd) >>> shift);
}
