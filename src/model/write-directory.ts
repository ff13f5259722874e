import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { randomUUID } from 'node:crypto';
import { userError } from '../base/errors.ts';

/** What happens to something that is there already. */
export interface WriteOptions {
  readonly replace?: boolean;
}

/**
 * Makes a directory that appears under its name complete or not at all: `fill` writes into a
 * temporary one beside it. User error `output-exists` unless `replace` is set.
 */
export function writeDirectory(
  directory: string,
  fill: (temporary: string) => void,
  options: WriteOptions = {},
): void {
  const target = resolve(directory);
  refuseExisting(target, options);
  mkdirSync(dirname(target), { recursive: true });
  const temporary = `${target}.${randomUUID()}.tmp`;
  try {
    fill(temporary);
    publish(temporary, target);
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** User error `output-exists` when there is something at `path` and it may not be replaced. */
export function refuseExisting(path: string, { replace = false }: WriteOptions): void {
  if (!existsSync(path) || replace) return;
  throw userError('output-exists', `${path} exists already`, 'Remove it or choose another.');
}

function publish(temporary: string, target: string): void {
  if (!existsSync(target)) return renameSync(temporary, target);
  // A directory cannot be renamed over another: the old one steps aside first.
  const old = `${temporary}.old`;
  renameSync(target, old);
  renameSync(temporary, target);
  rmSync(old, { recursive: true, force: true });
}
