import fc from 'fast-check';

/** Numbers at which sizes, counts and offsets go wrong. */
const EDGES: readonly bigint[] = [
  0n,
  1n,
  7n,
  8n,
  255n,
  256n,
  0x7fffn,
  0xffffn,
  0x7fff_ffffn,
  0x8000_0000n,
  0xffff_ffffn,
  0x1_0000_0000n,
  (1n << 53n) - 1n,
  1n << 53n,
  (1n << 62n) + 3n,
  (1n << 63n) - 1n,
  1n << 63n,
  (1n << 64n) - 1n,
];

type Change = (bytes: Uint8Array) => Uint8Array;

/** Positions are fractions, so that one change fits files of every length; most fall early. */
const anywhere = fc.nat(999_999).map((millionths) => millionths / 1_000_000);
const place = fc.oneof(
  { weight: 2, arbitrary: anywhere.map((fraction) => fraction / 10) },
  { weight: 3, arbitrary: anywhere },
);
const at = (bytes: Uint8Array, fraction: number): number =>
  Math.min(Math.floor(fraction * bytes.length), Math.max(0, bytes.length - 1));

const change: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, fc.nat(7)).map(([where, bit]): Change => (bytes) => {
    const position = at(bytes, where);
    return bytes.map((byte, i) => (i === position ? byte ^ (1 << bit) : byte));
  }),
  fc
    .tuple(place, fc.uint8Array({ minLength: 1, maxLength: 4 }))
    .map(([where, values]): Change => (bytes) => {
      const changed = bytes.slice();
      changed.set(values.subarray(0, bytes.length - at(bytes, where)), at(bytes, where));
      return changed;
    }),
  fc
    .tuple(place, fc.constantFrom(...EDGES), fc.constantFrom(4, 8))
    .map(([where, edge, width]): Change => (bytes) => {
      const changed = bytes.slice();
      const value = new Uint8Array(BigUint64Array.of(edge).buffer).subarray(0, width);
      // Fields of binary formats are mostly aligned.
      const position = at(bytes, where) & ~3;
      changed.set(value.subarray(0, bytes.length - position), position);
      return changed;
    }),
  anywhere.map(
    (where): Change =>
      (bytes) =>
        bytes.subarray(0, at(bytes, where)),
  ),
  fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 40 })).map(
    ([where, values]): Change =>
      (bytes) =>
        join(bytes.subarray(0, at(bytes, where)), values, bytes.subarray(at(bytes, where))),
  ),
  // A piece moved from elsewhere in the file.
  fc.tuple(place, place, fc.nat(200)).map(([from, to, length]): Change => (bytes) => {
    const piece = bytes.slice(at(bytes, from), at(bytes, from) + length);
    return join(bytes.subarray(0, at(bytes, to)), piece, bytes.subarray(at(bytes, to)));
  }),
  fc.tuple(place, fc.nat(64)).map(
    ([where, length]): Change =>
      (bytes) =>
        join(bytes.subarray(0, at(bytes, where)), bytes.subarray(at(bytes, where) + length)),
  ),
);

/** The bytes with one to five changes: flips, edge numbers, cuts, insertions, copies. */
export function damagedBytes(bytes: Uint8Array): fc.Arbitrary<Uint8Array> {
  return fc
    .array(change, { minLength: 1, maxLength: 5 })
    .map((changes) => changes.reduce((damaged, apply) => apply(damaged), bytes));
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}
