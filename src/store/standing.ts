import { z } from 'zod';
import { jsonColumn } from './columns.ts';
import type { Database } from './database.ts';
import { isAlive, type LockHolder, lockRow, publicHolder } from './lock.ts';
import { type StudyStatus, studyStatus } from './studies.ts';

/** State of a study and the process that works on it, of one moment. */
export interface Standing {
  readonly status: StudyStatus;
  /** Undefined when nobody does. `running` without one: the process was killed. */
  readonly holder: LockHolder | undefined;
}

const standingRow = z.object({ status: studyStatus, lock: jsonColumn.pipe(lockRow).nullable() });

/**
 * Both in one statement: a process that stops writes its last state and then gives the lock back,
 * so whoever read one after the other could see neither. Undefined for a study that is not known.
 */
export function findStanding(database: Database, study: string, now: Date): Standing | undefined {
  const read = (): z.infer<typeof standingRow> | undefined =>
    database.get(
      standingRow,
      `SELECT s.status, iif(l.study IS NULL, NULL, json_object('token', l.token, 'pid', l.pid,
         'host', l.host, 'command', l.command, 'since', l.since,
         'heartbeat_at', l.heartbeat_at)) AS lock
       FROM studies AS s LEFT JOIN locks AS l ON l.study = s.id WHERE s.id = ?`,
      study,
    );
  const first = read();
  // It may have stopped since the row was read: now that it is gone, what it left behind is final.
  const row = first?.lock && !isAlive(first.lock, now) ? read() : first;
  if (row === undefined) return undefined;
  const { status, lock } = row;
  const holder = lock !== null && isAlive(lock, now) ? publicHolder(lock) : undefined;
  return { status, holder };
}
