import { spawn } from 'node:child_process';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { packageRoot } from '../base/package-root.ts';

/** Work of Informant in a process of its own. */
export type ChildKind = 'run' | 'replay';

/** Program and first arguments of Informant itself: no shell, nothing of a request is in it. */
const INFORMANT = [process.execPath, join(packageRoot(), 'bin', 'informant.js')] as const;

/** Of a log: only its end is ever read. */
const TAIL_BYTES = 64 * 1024;
/** Of what a command prints to us. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Where a child writes what it says. */
export function childLog(storeDir: string, study: string, kind: ChildKind): string {
  return join(storeDir, 'logs', `${study}.${kind}.log`);
}

/** A child that goes on when this process ends. */
export interface DetachedChild {
  /** Resolves when it ends; null when a signal ended it. */
  readonly ended: Promise<number | null>;
  isOver(): boolean;
}

/** Starts Informant as a process of its own that writes into a log. */
export function startInformant(
  args: readonly string[],
  options: { readonly cwd: string; readonly log: string },
): DetachedChild {
  mkdirSync(dirname(options.log), { recursive: true });
  const log = openSync(options.log, 'w');
  try {
    const child = spawn(INFORMANT[0], [INFORMANT[1], ...args], {
      cwd: options.cwd,
      detached: true,
      shell: false,
      stdio: ['ignore', log, log],
    });
    child.unref();
    let isOver = false;
    const ended = new Promise<number | null>((resolve) => {
      const end = (code: number | null): void => {
        isOver = true;
        resolve(code);
      };
      child.on('error', () => end(null));
      child.on('exit', end);
    });
    return { ended, isOver: () => isOver };
  } finally {
    closeSync(log);
  }
}

/** Runs Informant to its end; what it prints is taken up to a limit. */
export function runInformant(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly code: number | null; readonly stdout: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(INFORMANT[0], [INFORMANT[1], ...args], {
      cwd,
      shell: false,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= MAX_OUTPUT_BYTES) chunks.push(chunk);
      else child.kill();
    });
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: Buffer.concat(chunks).toString('utf8') }));
  });
}

/** Last lines of a log, whole ones; empty where there is no log. */
export function lastLines(path: string): readonly string[] {
  const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
  if (size === 0) return [];
  if (size <= TAIL_BYTES) return readFileSync(path, 'utf8').split('\n').filter(Boolean);
  const file = openSync(path, 'r');
  try {
    const bytes = Buffer.alloc(TAIL_BYTES);
    const start = fstatSync(file).size - TAIL_BYTES;
    const read = readSync(file, bytes, 0, TAIL_BYTES, Math.max(0, start));
    return bytes.toString('utf8', 0, read).split('\n').slice(1).filter(Boolean);
  } finally {
    closeSync(file);
  }
}
