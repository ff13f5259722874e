import { type ByteSource, readBytes } from './byte-source.ts';

/** Longest header that the parser can hold. A header is mostly the vocabulary, some megabytes. */
const MAX_HEADER_BYTES = 50_000_000;
/** Arrays in arrays: no known model nests them at all. */
const MAX_DEPTH = 4;
const WINDOW_BYTES = 256 * 1024;

const STRING = 8;
const ARRAY = 9;
/** Bytes of each metadata type of fixed size, by its number in gguf.h. */
const FIXED_BYTES: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
/** An empty string is its length; an empty array its type and length. */
const LEAST_BYTES = { string: 8, array: 12, keyValue: 13, tensor: 24 } as const;

/**
 * Walks the header without keeping anything and returns what is wrong, or undefined. Every length
 * must fit into the rest of the file. The parser reads zeros past the end and believes any length,
 * so that every lying array in a file of four kilobytes cost it seconds; after this its work is
 * bounded by the bytes that are really there. Versions 2 and 3, little-endian.
 */
export function findGgufOverrun(source: ByteSource): string | undefined {
  const cursor = openCursor(source);
  try {
    cursor.skip(4);
    const version = cursor.u32();
    if (version !== 2 && version !== 3) {
      return `it has version ${version}; only 2 and 3, little-endian, are supported`;
    }
    const tensors = cursor.count(LEAST_BYTES.tensor);
    const keyValues = cursor.count(LEAST_BYTES.keyValue);
    for (let i = 0; i < keyValues; i++) {
      skipString(cursor);
      skipValue(cursor, cursor.u32(), 0);
    }
    for (let i = 0; i < tensors; i++) {
      skipString(cursor);
      cursor.skip(cursor.u32() * 8);
      cursor.skip(4 + 8);
    }
    return undefined;
  } catch (error) {
    if (error instanceof Overrun) return error.message;
    throw error;
  }
}

class Overrun extends Error {}

/** Reads forward through a source; anything past the end throws Overrun. */
interface Cursor {
  u32(): number;
  /** A 64-bit number of items that take at least `leastBytes` each in what follows. */
  count(leastBytes: number): number;
  skip(bytes: number): void;
}

function openCursor(source: ByteSource): Cursor {
  const limit = Math.min(source.size, MAX_HEADER_BYTES);
  let window: DataView = new DataView(new ArrayBuffer(0));
  let windowStart = 0;
  let position = 0;
  const take = (bytes: number): number => {
    if (position + bytes > limit) {
      throw new Overrun(
        limit < source.size
          ? `its header is longer than ${MAX_HEADER_BYTES} bytes`
          : 'it ends inside the header, or the header claims more than the file holds',
      );
    }
    const start = position;
    position += bytes;
    return start;
  };
  const at = (start: number, bytes: number): number => {
    if (start < windowStart || start + bytes > windowStart + window.byteLength) {
      const length = Math.min(WINDOW_BYTES, source.size - start);
      window = new DataView(readBytes(source, start, length).buffer);
      windowStart = start;
    }
    return start - windowStart;
  };
  const u32 = (): number => {
    const offset = at(take(4), 4);
    return window.getUint32(offset, true);
  };
  const u64 = (): number => {
    const offset = at(take(8), 8);
    return Number(window.getBigUint64(offset, true));
  };
  return {
    u32,
    count: (leastBytes) => {
      const items = u64();
      const end = position;
      take(items * leastBytes);
      position = end;
      return items;
    },
    skip: (bytes) => void take(bytes),
  };
}

function skipString(cursor: Cursor): void {
  cursor.skip(cursor.count(1));
}

function skipValue(cursor: Cursor, type: number, depth: number): void {
  const bytes = FIXED_BYTES.get(type);
  if (bytes !== undefined) return cursor.skip(bytes);
  if (type === STRING) return skipString(cursor);
  if (type !== ARRAY) throw new Overrun(`it has metadata of the unknown type ${type}`);
  if (depth === MAX_DEPTH) throw new Overrun('it nests arrays too deeply');
  const itemType = cursor.u32();
  const itemBytes = FIXED_BYTES.get(itemType);
  if (itemBytes !== undefined) return cursor.skip(cursor.count(itemBytes) * itemBytes);
  const items = cursor.count(itemType === STRING ? LEAST_BYTES.string : LEAST_BYTES.array);
  for (let i = 0; i < items; i++) skipValue(cursor, itemType, depth + 1);
}
