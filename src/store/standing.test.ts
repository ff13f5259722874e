import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { temporaryStore } from '../../test/support/temporary-store.ts';
import type { Database } from './database.ts';
import type { Store } from './open-store.ts';
import { findStanding } from './standing.ts';

const command = 'informant run study.yaml';

function storeWithStudy(): Store {
  const store = temporaryStore();
  store.studies.put({ id: 'owl', spec: '', specDigest: '' });
  return store;
}

/** The lock of a process that ran here and is gone. */
async function plantDeadLock({ database }: Store): Promise<void> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  const now = new Date().toISOString();
  database.run(
    `INSERT INTO locks (study, token, pid, host, command, since, heartbeat_at)
     VALUES ('owl', 'theirs', ?, ?, ?, ?, ?)`,
    child.pid!,
    hostname(),
    command,
    now,
    now,
  );
}

describe('the standing of a study', () => {
  it('is its state with who works on it, and no proof of the lock', async () => {
    const store = storeWithStudy();
    expect(store.standing('owl')).toEqual({ status: 'new', holder: undefined });
    const lock = await store.lock('owl', { command });
    store.studies.setStatus('owl', 'running');
    const { since } = store.lockHolder('owl')!;
    expect(store.standing('owl')).toEqual({
      status: 'running',
      holder: { pid: process.pid, host: hostname(), command, since },
    });
    store.studies.setStatus('owl', 'interrupted');
    lock.release();
    expect(store.standing('owl')).toEqual({ status: 'interrupted', holder: undefined });
    expect(store.standing('fox')).toBeUndefined();
  });

  it('says that a killed process ran', async () => {
    const store = storeWithStudy();
    store.studies.setStatus('owl', 'running');
    await plantDeadLock(store);
    expect(store.standing('owl')).toEqual({ status: 'running', holder: undefined });
  });

  it('says what a process left behind that ends while one looks', async () => {
    const store = storeWithStudy();
    store.studies.setStatus('owl', 'running');
    await plantDeadLock(store);
    const looked: Database = {
      ...store.database,
      get: (schema, sql, ...values) => {
        const row = store.database.get(schema, sql, ...values);
        store.studies.setStatus('owl', 'interrupted');
        store.database.run(`DELETE FROM locks WHERE study = 'owl'`);
        return row;
      },
    };
    expect(findStanding(looked, 'owl', new Date())).toEqual({
      status: 'interrupted',
      holder: undefined,
    });
  });
});
