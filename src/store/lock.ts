import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { type AppError, messageOf, workError } from '../base/errors.ts';
import { integerColumn } from './columns.ts';
import type { Database } from './database.ts';

/** The process that writes a study. */
export interface LockHolder {
  readonly pid: number;
  readonly host: string;
  readonly command: string;
  /** ISO 8601, UTC. */
  readonly since: string;
}

/** Proof that this process is the only writer of a study. */
export interface StudyLock {
  readonly study: string;
  /** Aborts, with a work error as reason, when another process took the lock over. */
  readonly lost: AbortSignal;
  /** Gives the lock back; a second call does nothing. */
  release(): void;
}

export interface LockOptions {
  /** What to show others who want the lock: the command line. */
  readonly command: string;
  /** Wait for the holder instead of failing at once. */
  readonly wait?: boolean;
  /** Called once, before the first wait. */
  readonly onWait?: (holder: LockHolder) => void;
  /** Ends the wait by rejecting with its reason. */
  readonly signal?: AbortSignal;
}

const HEARTBEAT_MS = 10_000;
/** A holder silent for this long is taken to be dead, also on another host. */
const STALE_MS = 60_000;
const POLL_MS = 250;

/** A row of the locks table. */
export const lockRow = z
  .object({
    token: z.string(),
    pid: integerColumn,
    host: z.string(),
    command: z.string(),
    since: z.string(),
    heartbeat_at: z.string(),
  })
  .transform(({ heartbeat_at, ...row }) => ({ ...row, heartbeatAt: heartbeat_at }));
export type LockRow = z.infer<typeof lockRow>;

/** Tokens of the locks this very process holds: its pid alone may be a dead process's, reused. */
const heldHere = new Set<string>();

/**
 * Takes the writer's lock of a study. A lock whose holder is gone (no such process on this host, or
 * silent for a minute) is taken over. Raises a work error `study-locked` that names the holder, or
 * waits for it when asked to.
 */
export async function lockStudy(
  database: Database,
  study: string,
  now: () => Date,
  options: LockOptions,
): Promise<StudyLock> {
  const token = randomUUID();
  for (let waited = false; ; waited = true) {
    options.signal?.throwIfAborted();
    const holder = tryLock(database, study, token, now(), options.command);
    if (holder === undefined) return keepLock(database, study, token, now);
    if (options.wait !== true) throw lockedError(study, holder);
    if (!waited) options.onWait?.(holder);
    await sleep(POLL_MS, undefined, options.signal ? { signal: options.signal } : {});
  }
}

/** Who writes a study now, or undefined. */
export function findLockHolder(
  database: Database,
  study: string,
  now: Date,
): LockHolder | undefined {
  const row = findLock(database, study);
  return row !== undefined && isAlive(row, now) ? publicHolder(row) : undefined;
}

/** A holder without the token that proves it. */
export function publicHolder({ pid, host, command, since }: LockRow): LockHolder {
  return { pid, host, command, since };
}

function findLock(database: Database, study: string): LockRow | undefined {
  return database.get(
    lockRow,
    'SELECT token, pid, host, command, since, heartbeat_at FROM locks WHERE study = ?',
    study,
  );
}

/** Takes the lock, or returns its living holder. */
function tryLock(
  database: Database,
  study: string,
  token: string,
  now: Date,
  command: string,
): LockHolder | undefined {
  return database.transaction(() => {
    const row = findLock(database, study);
    if (row !== undefined && isAlive(row, now)) return row;
    const time = now.toISOString();
    database.run(
      `INSERT OR REPLACE INTO locks (study, token, pid, host, command, since, heartbeat_at)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      study,
      token,
      process.pid,
      hostname(),
      command,
      time,
      time,
    );
    return undefined;
  });
}

/** Whether the process that took the lock may still work. */
export function isAlive(row: LockRow, now: Date): boolean {
  if (now.getTime() - Date.parse(row.heartbeatAt) > STALE_MS) return false;
  if (row.host !== hostname()) return true;
  if (row.pid === process.pid) return heldHere.has(row.token);
  try {
    process.kill(row.pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function keepLock(database: Database, study: string, token: string, now: () => Date): StudyLock {
  heldHere.add(token);
  const lost = new AbortController();
  const heartbeat = setInterval(() => {
    const failure = beat(database, study, token, now());
    if (failure === undefined) return;
    stop();
    lost.abort(failure);
  }, HEARTBEAT_MS);
  heartbeat.unref();
  const stop = (): void => {
    clearInterval(heartbeat);
    heldHere.delete(token);
  };
  return {
    study,
    lost: lost.signal,
    release: () => {
      if (!heldHere.has(token)) return;
      stop();
      database.run('DELETE FROM locks WHERE study = ? AND token = ?', study, token);
    },
  };
}

function beat(database: Database, study: string, token: string, now: Date): AppError | undefined {
  try {
    const changed = database.run(
      'UPDATE locks SET heartbeat_at = ? WHERE study = ? AND token = ?',
      now.toISOString(),
      study,
      token,
    );
    if (changed > 0) return undefined;
    const holder = findLock(database, study);
    return lockLost(study, holder === undefined ? 'it was removed' : `now held by ${name(holder)}`);
  } catch (error) {
    return lockLost(study, messageOf(error), error);
  }
}

function lockLost(study: string, reason: string, cause?: unknown): AppError {
  return workError(
    'lock-lost',
    `this process lost the lock on study ${study}: ${reason}`,
    'Nothing that was finished is lost. Make sure no other process runs the study, then run it again.',
    cause,
  );
}

function lockedError(study: string, holder: LockHolder): AppError {
  return workError(
    'study-locked',
    `study ${study} is being run by ${name(holder)}, started ${holder.since}: ${holder.command}`,
    'Wait for it to finish (`--wait` does that), or stop that process.',
  );
}

function name(holder: LockHolder): string {
  return `process ${holder.pid} on ${holder.host}`;
}
