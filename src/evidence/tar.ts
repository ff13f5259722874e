import {
  closeSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';

const BLOCK = 512;
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Eleven octal digits. */
const LARGEST_MEMBER_BYTES = 8 ** 11 - 1;

/** A member to be written: its bytes, or a file they are copied from. */
export interface TarSource {
  readonly name: string;
  readonly content: Uint8Array | { readonly path: string; readonly bytes: number };
}

/** A member as it lies in the file. */
export interface TarMember {
  readonly name: string;
  readonly bytes: number;
  /** Where its content starts. */
  readonly offset: number;
}

/** An open archive; `problems` are deviations from the one way `writeTar` writes. */
export interface Tar {
  readonly members: readonly TarMember[];
  readonly problems: readonly { readonly member: string; readonly message: string }[];
  read(member: TarMember): Uint8Array;
  /** sha256 of the content, read in pieces. */
  digest(member: TarMember): string;
  close(): void;
}

/**
 * Writes members in order as a POSIX ustar archive (IEEE Std 1003.1, pax, "ustar Interchange
 * Format") with every free field fixed: mode 644, no owner, time 0, two closing blocks. Equal
 * members give equal bytes. The file appears under its name complete or not at all.
 */
export function writeTar(path: string, members: readonly TarSource[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (const member of members) writeMember(file, member);
      writeAll(file, new Uint8Array(2 * BLOCK));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

/** True when a file begins like an archive of `writeTar`, or did before a byte of it was changed. */
export function looksLikeTar(path: string, firstName: string): boolean {
  const file = openSync(path, 'r');
  try {
    const block = readAt(file, 0, Math.min(BLOCK, fstatSync(file).size));
    return fieldText(block, 0, 100) === firstName || fieldText(block, 257, 5) === 'ustar';
  } finally {
    closeSync(file);
  }
}

/** Opens an archive; everything that is not as `writeTar` would write it is a problem, not an error. */
export function openTar(path: string): Tar {
  const file = openSync(path, 'r');
  const size = fstatSync(file).size;
  const members: TarMember[] = [];
  const problems: { member: string; message: string }[] = [];
  const isZero = (from: number, to: number): boolean =>
    readAt(file, from, to - from).every((byte) => byte === 0);
  let at = 0;
  for (;;) {
    if (at + BLOCK > size) {
      problems.push({ member: '(end)', message: `the file ends at byte ${size}, inside a member` });
      break;
    }
    const block = readAt(file, at, BLOCK);
    if (block.every((byte) => byte === 0)) {
      const end = at + 2 * BLOCK;
      if (size !== end || !isZero(at, end)) {
        problems.push({ member: '(end)', message: 'the file does not end with two empty blocks' });
      }
      break;
    }
    const name = fieldText(block, 0, 100);
    const octal = fieldText(block, 124, 11);
    const bytes = /^[0-7]{11}$/u.test(octal) ? Number.parseInt(octal, 8) : Number.NaN;
    const offset = at + BLOCK;
    const end = offset + padded(bytes);
    if (!(end <= size)) {
      problems.push({ member: name, message: `its header at byte ${at} gives no possible size` });
      break;
    }
    if (!isHeaderOf(block, name, bytes)) {
      problems.push({ member: name, message: `its header at byte ${at} was changed` });
    }
    if (!isZero(offset + bytes, end)) {
      problems.push({ member: name, message: `the padding after it is not empty` });
    }
    members.push({ name, bytes, offset });
    at = end;
  }
  return {
    members,
    problems,
    read: ({ offset, bytes }) => readAt(file, offset, bytes),
    digest: ({ offset, bytes }) => {
      const hash = createHash('sha256');
      for (let done = 0; done < bytes; done += CHUNK_BYTES) {
        hash.update(readAt(file, offset + done, Math.min(CHUNK_BYTES, bytes - done)));
      }
      return hash.digest('hex');
    },
    close: () => closeSync(file),
  };
}

function writeMember(file: number, { name, content }: TarSource): void {
  const bytes = content instanceof Uint8Array ? content.byteLength : content.bytes;
  writeAll(file, header(name, bytes));
  if (content instanceof Uint8Array) writeAll(file, content);
  else copyFrom(content.path, bytes, file);
  writeAll(file, new Uint8Array(padded(bytes) - bytes));
}

function copyFrom(path: string, bytes: number, target: number): void {
  const source = openSync(path, 'r');
  try {
    for (let done = 0; done < bytes; done += CHUNK_BYTES) {
      writeAll(target, readAt(source, done, Math.min(CHUNK_BYTES, bytes - done)));
    }
  } finally {
    closeSync(source);
  }
}

function header(name: string, bytes: number): Uint8Array {
  const encoded = new TextEncoder().encode(name);
  if (encoded.length > 100) throw new RangeError(`member name too long: ${name}`);
  if (bytes > LARGEST_MEMBER_BYTES) throw new RangeError(`member ${name} exceeds 8 GiB`);
  const block = new Uint8Array(BLOCK);
  const put = (at: number, text: string): void => block.set(new TextEncoder().encode(text), at);
  block.set(encoded, 0);
  put(100, '0000644\0');
  put(108, '0000000\0');
  put(116, '0000000\0');
  put(124, `${bytes.toString(8).padStart(11, '0')}\0`);
  put(136, '00000000000\0');
  put(148, '        ');
  put(156, '0');
  put(257, 'ustar\x0000');
  put(329, '0000000\0');
  put(337, '0000000\0');
  const sum = block.reduce((total, byte) => total + byte, 0);
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `);
  return block;
}

/** Hostile names may not even fit a header. */
function isHeaderOf(block: Uint8Array, name: string, bytes: number): boolean {
  if (new TextEncoder().encode(name).length > 100) return false;
  return Buffer.compare(block, header(name, bytes)) === 0;
}

function padded(bytes: number): number {
  return Math.ceil(bytes / BLOCK) * BLOCK;
}

function readAt(file: number, offset: number, bytes: number): Uint8Array {
  const out = new Uint8Array(bytes);
  for (let done = 0; done < bytes;) {
    const got = readSync(file, out, done, bytes - done, offset + done);
    if (got === 0) throw new RangeError(`the file ended at byte ${offset + done}`);
    done += got;
  }
  return out;
}

function writeAll(file: number, data: Uint8Array): void {
  for (let at = 0; at < data.length;) at += writeSync(file, data, at);
}

function fieldText(block: Uint8Array, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return new TextDecoder().decode(end < 0 ? field : field.subarray(0, end));
}
