import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';
import type { Change } from '../api/actions.ts';
import { investigationsState } from '../readers/investigations.ts';
import type { Store } from '../store/open-store.ts';
import { messageOf } from '../base/errors.ts';
import { childLog } from './child-process.ts';

/** Follows a store that any process may write, and tells what has changed. */
export interface Tail {
  /** Calls back on every change until the signal aborts; looks at the store only while anyone listens. */
  follow(listener: (change: Change) => void, signal: AbortSignal): void;
  /**
   * What a client that last saw change `seq` has missed: one change for all of it. Undefined when it
   * has missed nothing. A `seq` of another server, or one too long ago, may have missed anything.
   */
  missed(seq: number | undefined): Change | undefined;
  /** The last change that was found: what is read now holds it and all before. */
  seq(): number;
  /** Tells that something outside the store has changed. */
  announce(studies: readonly string[]): void;
  close(): void;
}

const LOOK_EVERY_MS = 500;
/** Changes remembered for clients that come back. */
const REMEMBERED = 512;

const dataVersionRow = z.object({ data_version: z.int() });
const stepsRow = z.object({ done: z.int(), other: z.int(), attempts: z.int() });
const runningRow = z.object({ key: z.string() });
const numberRow = z.object({ n: z.int().nullable() });

/** A tail of a store; `log` is told of looks that failed. */
export function createTail(store: Store, log: (text: string) => void): Tail {
  // Later than every number of an earlier server, so that a client can tell them apart.
  const first = Date.now();
  let seq = first;
  let seen: ReadonlyMap<string, string> | undefined;
  let version = -1;
  let investigations = '';
  let timer: NodeJS.Timeout | undefined;
  const remembered: Change[] = [];
  const listeners = new Set<(change: Change) => void>();

  const announce = (studies: readonly string[]): void => {
    const change = { seq: ++seq, studies: [...studies] };
    remembered.push(change);
    if (remembered.length > REMEMBERED) remembered.shift();
    for (const listener of listeners) listener(change);
  };
  const look = (): void => {
    const now = store.database.get(dataVersionRow, 'PRAGMA data_version')?.data_version ?? 0;
    const before = seen;
    // Processes die and logs grow without a write to the store.
    const isSame = now === version && before !== undefined;
    version = now;
    const known = new Map(
      store.studies.list().map(({ id, status }) => {
        const outside = outsideOf(store, id);
        const inside = isSame ? undefined : `${status} ${insideOf(store, id)}`;
        return [id, `${outside}\n${inside ?? before?.get(id)?.split('\n')[1] ?? ''}`] as const;
      }),
    );
    seen = known;
    const files = investigationsState(dirname(store.dir));
    const haveFilesChanged = files !== investigations;
    investigations = files;
    if (before === undefined) return;
    // They belong to no study.
    if (haveFilesChanged) announce([]);
    const changed = [...known].flatMap(([id, print]) => (before.get(id) === print ? [] : [id]));
    if (changed.length > 0) announce(changed);
  };
  const tick = (): void => {
    try {
      look();
    } catch (error) {
      // Another process may hold the database; the next look sees all of it.
      log(`cannot look at the store: ${messageOf(error)}`);
    }
  };
  tick();
  return {
    announce,
    seq: () => seq,
    follow: (listener, signal) => {
      if (signal.aborted) return;
      // What changed while nobody listened is told to all, the new one included.
      listeners.add(listener);
      if (timer === undefined) {
        tick();
        timer = setInterval(tick, LOOK_EVERY_MS);
      }
      signal.addEventListener('abort', () => {
        listeners.delete(listener);
        if (listeners.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      });
    },
    missed: (last) => {
      if (last === undefined || last === seq) return undefined;
      const oldest = remembered[0]?.seq ?? seq + 1;
      if (last < first || last > seq || last < oldest - 1) return { seq, studies: [] };
      const studies = remembered.filter((change) => change.seq > last).map((one) => one.studies);
      const isAny = studies.some((named) => named.length === 0);
      return { seq, studies: isAny ? [] : [...new Set(studies.flat())] };
    },
    close: () => clearInterval(timer),
  };
}

/** Who works on a study, and how long the log of a replay is. */
function outsideOf(store: Store, id: string): string {
  const holder = store.lockHolder(id);
  const log = statSync(childLog(store.dir, id, 'replay'), { throwIfNoEntry: false });
  return `${holder?.pid ?? 0} ${holder?.since ?? ''} ${log?.size ?? 0} ${log?.mtimeMs ?? 0}`;
}

/** Counters that move whenever something of a study does. */
function insideOf(store: Store, id: string): string {
  const { database } = store;
  const events = database.get(numberRow, 'SELECT max(seq) AS n FROM events WHERE study = ?', id);
  const steps = database.get(
    stepsRow,
    `SELECT count(*) FILTER (WHERE s.status = 'done') AS done,
       count(*) FILTER (WHERE s.status <> 'done') AS other, coalesce(sum(s.attempt), 0) AS attempts
     FROM study_steps AS p JOIN steps AS s ON s.key = p.step_key WHERE p.study = ?`,
    id,
  );
  const running = database.all(
    runningRow,
    `SELECT DISTINCT s.key FROM study_steps AS p JOIN steps AS s ON s.key = p.step_key
     WHERE p.study = ? AND s.status = 'running' ORDER BY s.key`,
    id,
  );
  const progress = running.map(({ key }) => {
    const items = database.get(
      numberRow,
      'SELECT max(item_index) AS n FROM items WHERE step_key = ?',
      key,
    );
    return `${key.slice(0, 12)} ${store.metrics.last(key, 'loss')?.trainStep ?? 0} ${items?.n ?? 0}`;
  });
  return [events?.n, steps?.done, steps?.other, steps?.attempts, ...progress].join(' ');
}
