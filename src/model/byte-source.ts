import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { messageOf, userError, workError } from '../base/errors.ts';

/** Bytes of known size that are read in ranges: a file, or a buffer in memory. */
export interface ByteSource {
  /** Path or other name for error messages. */
  readonly name: string;
  readonly size: number;
  /** The whole content, when it is in memory already. */
  readonly memory: Uint8Array | undefined;
  /**
   * Fills `target` from `offset`. Callers check ranges against `size` first; a file that shrank
   * meanwhile is a work error.
   */
  readInto(target: Uint8Array, offset: number): void;
  close(): void;
}

/** Opens a file for reading in ranges. A missing or unreadable file is the user's mistake. */
export function fileSource(path: string): ByteSource {
  const file = openForReading(path);
  const size = fstatSync(file).size;
  return {
    name: path,
    size,
    memory: undefined,
    readInto: (target, offset) => {
      for (let done = 0; done < target.byteLength;) {
        const count = readSync(file, target, done, target.byteLength - done, offset + done);
        if (count === 0) throw workError('file-changed', `${path} became shorter while being read`);
        done += count;
      }
    },
    close: () => closeSync(file),
  };
}

/** Presents bytes in memory as a source. */
export function memorySource(bytes: Uint8Array, name = 'buffer'): ByteSource {
  return {
    name,
    size: bytes.byteLength,
    memory: bytes,
    readInto: (target, offset) => target.set(bytes.subarray(offset, offset + target.byteLength)),
    close: () => {},
  };
}

/** A new buffer with `length` bytes from `offset`. */
export function readBytes(source: ByteSource, offset: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  source.readInto(bytes, offset);
  return bytes;
}

function openForReading(path: string): number {
  try {
    // Opening a pipe would wait for its writer for ever.
    if (!statSync(path).isFile()) throw new Error('it is not a file');
    return openSync(path, 'r');
  } catch (error) {
    throw userError(
      'file-unreadable',
      `cannot read ${path}: ${messageOf(error)}`,
      'Check the path and its permissions.',
      error,
    );
  }
}
