import { closeSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Writes a file so that a reader sees the old bytes or the new ones, never a part:
 * temporary file beside it, fsync, rename, fsync of the folder, so that the new name survives a
 * power cut too. The temporary file is removed on failure.
 */
export function writeFileAtomic(path: string, data: Uint8Array | string): void {
  writePartsAtomic(path, [typeof data === 'string' ? new TextEncoder().encode(data) : data]);
}

/** The same for bytes that come in parts, one after the other, and need not exist at once. */
export function writePartsAtomic(path: string, parts: Iterable<Uint8Array>): void {
  mkdirSync(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}.${counter++}.tmp`;
  try {
    const file = openSync(temporary, 'wx');
    try {
      for (const bytes of parts) {
        for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}

let counter = 0;

/** Windows cannot open folders, and needs no sync of them. */
function syncFolder(path: string): void {
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
