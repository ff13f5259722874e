import { z } from 'zod';
import { type AppError, messageOf, userError } from '../base/errors.ts';
import type { JsonObject } from '../base/json.ts';
import { type ByteSource, readBytes } from './byte-source.ts';
import { findDuplicateKey } from './find-duplicate-key.ts';
import { parseUntrustedJson } from './json-limits.ts';
import { listOf, stringRecord } from './schema-parts.ts';

/** Longest header accepted: the limit of the reference implementation. */
const MAX_HEADER_BYTES = 100_000_000;
/** Most dimensions of a tensor: twice what any language model uses. */
const MAX_RANK = 8;
/** Bytes of the length field in front of the header. */
const LENGTH_BYTES = 8;

/** Bits per element of every dtype of the format. Only F32, F16 and BF16 can be read as floats. */
const DTYPE_BITS = {
  BOOL: 8,
  U8: 8,
  I8: 8,
  F8_E4M3: 8,
  F8_E5M2: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
  I16: 16,
  U16: 16,
  F16: 16,
  BF16: 16,
  I32: 32,
  U32: 32,
  F32: 32,
  I64: 64,
  U64: 64,
  F64: 64,
  C64: 64,
} as const;

/** Element type names of safetensors. */
type SafetensorsDtype = keyof typeof DTYPE_BITS;

/** One tensor of a header; `begin` and `end` are absolute file offsets. */
export interface SafetensorsEntry {
  readonly dtype: SafetensorsDtype;
  readonly shape: readonly number[];
  readonly begin: number;
  readonly end: number;
}

/** A validated header. */
export interface SafetensorsHeader {
  readonly entries: ReadonlyMap<string, SafetensorsEntry>;
  readonly metadata: ReadonlyMap<string, string>;
}

const size = z.number().int().nonnegative();
const entrySchema = z.strictObject({
  dtype: z.string(),
  shape: listOf(size, MAX_RANK),
  data_offsets: z.tuple([size, size]),
});

/**
 * Reads and checks a header: every tensor has a known dtype, as many bytes as its shape needs, and
 * the tensors cover the rest of the file without holes or overlaps. Raises user errors that name
 * the file and the tensor (`safetensors-truncated`, `safetensors-damaged`).
 */
export function readSafetensorsHeader(source: ByteSource): SafetensorsHeader {
  const { name: file } = source;
  if (source.size < LENGTH_BYTES) throw truncated(file, 'it ends inside the header length');
  const headerBytes = Number(
    new DataView(readBytes(source, 0, LENGTH_BYTES).buffer).getBigUint64(0, true),
  );
  if (headerBytes > MAX_HEADER_BYTES) {
    throw damaged(file, `its header claims ${headerBytes} bytes, the limit is ${MAX_HEADER_BYTES}`);
  }
  const dataStart = LENGTH_BYTES + headerBytes;
  if (dataStart > source.size) throw truncated(file, 'it ends inside the header');
  const header = parseHeader(file, readBytes(source, LENGTH_BYTES, headerBytes));

  const metadata = new Map<string, string>();
  const entries = new Map<string, SafetensorsEntry>();
  for (const [name, value] of Object.entries(header)) {
    if (name === '__metadata__') {
      const parsed = stringRecord.safeParse(value);
      if (!parsed.success) throw damaged(file, '__metadata__ must map strings to strings');
      for (const [key, text] of parsed.data) metadata.set(key, text);
    } else {
      entries.set(name, parseEntry(file, name, value, dataStart));
    }
  }
  checkCoverage(source, entries, dataStart);
  return { entries, metadata };
}

function parseHeader(file: string, bytes: Uint8Array): JsonObject {
  if (bytes[0] !== 0x7b) throw damaged(file, 'its header does not start with "{"');
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    const value = parseUntrustedJson(text);
    const duplicate = findDuplicateKey(text);
    if (duplicate !== undefined) {
      throw damaged(file, `its header holds the key "${duplicate}" twice`);
    }
    return z.custom<JsonObject>((item) => typeof item === 'object' && item !== null).parse(value);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) {
      throw damaged(file, `its header is not JSON: ${messageOf(error)}`);
    }
    throw error;
  }
}

function parseEntry(
  file: string,
  name: string,
  value: unknown,
  dataStart: number,
): SafetensorsEntry {
  const parsed = entrySchema.safeParse(value);
  if (!parsed.success) {
    throw damaged(
      file,
      `tensor "${name}" has a bad header entry: ${z.prettifyError(parsed.error)}`,
    );
  }
  const { dtype, shape, data_offsets } = parsed.data;
  if (!isDtype(dtype)) throw damaged(file, `tensor "${name}" has the unknown dtype "${dtype}"`);
  const [begin, end] = data_offsets;
  const bits = shape.reduce((product, length) => product * length, DTYPE_BITS[dtype]);
  if (!Number.isSafeInteger(bits) || bits % 8 !== 0 || end - begin !== bits / 8) {
    throw damaged(
      file,
      `tensor "${name}" has ${end - begin} bytes, but ${dtype} [${shape.join(', ')}] needs ${bits / 8}`,
    );
  }
  return { dtype, shape, begin: dataStart + begin, end: dataStart + end };
}

/** Walks the tensors in file order: each must start where the one before it ended. */
function checkCoverage(
  { name: file, size: fileBytes }: ByteSource,
  entries: ReadonlyMap<string, SafetensorsEntry>,
  dataStart: number,
): void {
  const inOrder = [...entries].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end);
  let expected = dataStart;
  for (const [name, { begin, end }] of inOrder) {
    if (begin < expected) throw damaged(file, `tensor "${name}" overlaps the tensor before it`);
    if (begin > expected) {
      throw damaged(file, `there is a hole of ${begin - expected} bytes before tensor "${name}"`);
    }
    if (end > fileBytes) {
      throw truncated(file, `tensor "${name}" ends at byte ${end}, the file has ${fileBytes}`);
    }
    expected = end;
  }
  if (expected < fileBytes) {
    throw damaged(file, `${fileBytes - expected} bytes at its end belong to no tensor`);
  }
}

function isDtype(name: string): name is SafetensorsDtype {
  return Object.hasOwn(DTYPE_BITS, name);
}

function truncated(file: string, detail: string): AppError {
  return userError(
    'safetensors-truncated',
    `${file} is truncated: ${detail}`,
    'Copy or download the file again.',
  );
}

function damaged(file: string, detail: string): AppError {
  return userError(
    'safetensors-damaged',
    `${file} is not a valid safetensors file: ${detail}`,
    'Copy or download the file again, or export it anew.',
  );
}
