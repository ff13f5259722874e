import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../base/digest.ts';
import { workError } from '../base/errors.ts';
import { writeFileAtomic, writePartsAtomic } from '../base/files.ts';
import { withStoreErrors } from './store-errors.ts';
import type { Objects } from './types.ts';

const REPAIR_HINT =
  'Run `informant store verify` to list the damage; with `--repair` the damaged steps are made again by the next run.';

const DIGEST = /^[0-9a-f]{64}$/;

/** Objects below `<dir>/objects`, each a file named by its sha256: `ab/cdef…`. */
export function openObjects(dir: string): Objects {
  const path = (digest: string): string => {
    if (!DIGEST.test(digest)) throw new TypeError(`not a sha256 digest: ${digest}`);
    return join(dir, 'objects', digest.slice(0, 2), digest.slice(2));
  };
  return {
    path,
    has: (digest) => existsSync(path(digest)),
    put: (data) => {
      const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : data;
      const digest = sha256(bytes);
      const file = path(digest);
      const present = statSync(file, { throwIfNoEntry: false })?.size === bytes.byteLength;
      if (!present) withStoreErrors(dir, () => writeFileAtomic(file, bytes));
      return digest;
    },
    putParts: (parts) => {
      const { digest, byteLength } = digestOfParts(parts());
      const file = path(digest);
      const present = statSync(file, { throwIfNoEntry: false })?.size === byteLength;
      if (!present) withStoreErrors(dir, () => writePartsAtomic(file, encoded(parts())));
      return digest;
    },
    get: (digest) => {
      const file = path(digest);
      if (!existsSync(file)) {
        throw workError('object-missing', `the store ${dir} lacks object ${digest}`, REPAIR_HINT);
      }
      const bytes = readFileSync(file);
      if (sha256(bytes) !== digest) {
        throw workError(
          'object-corrupt',
          `object ${digest} is damaged: the bytes of ${file} have another sha256`,
          REPAIR_HINT,
        );
      }
      // Small reads come out of a shared pool at any offset; typed-array views need alignment.
      return bytes.byteOffset % 8 === 0 ? bytes : new Uint8Array(bytes);
    },
  };
}

function digestOfParts(parts: Iterable<string>): { digest: string; byteLength: number } {
  const hash = createHash('sha256');
  let byteLength = 0;
  for (const bytes of encoded(parts)) {
    hash.update(bytes);
    byteLength += bytes.byteLength;
  }
  return { digest: hash.digest('hex'), byteLength };
}

function* encoded(parts: Iterable<string>): Generator<Uint8Array> {
  const encoder = new TextEncoder();
  for (const part of parts) yield encoder.encode(part);
}

/** A file below `<dir>/objects`; `digest` is undefined when its name is not an object's. */
export interface ObjectFile {
  readonly path: string;
  readonly digest: string | undefined;
}

/** Every file in the object folder, in a stable order. */
export function listObjectFiles(dir: string): ObjectFile[] {
  const root = join(dir, 'objects');
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const digest = path
        .slice(root.length + 1)
        .replaceAll('\\', '/')
        .replace('/', '');
      return { path, digest: DIGEST.test(digest) ? digest : undefined };
    })
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}
