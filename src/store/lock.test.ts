import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import {
  type CompiledSources,
  compileSources,
  waitForOutput,
} from '../../test/support/child-process.ts';
import { manualClock, temporaryStore } from '../../test/support/temporary-store.ts';
import type { Store } from './open-store.ts';

const command = 'informant run study.yaml';
const locked: unknown = expect.objectContaining({ code: 'study-locked', exitCode: 1 });

/** A lock row as another process would leave it. */
function plantLock(store: Store, pid: number, host: string, heartbeatAt: string): void {
  store.database.run(
    `INSERT INTO locks (study, token, pid, host, command, since, heartbeat_at)
     VALUES ('owl', 'theirs', ?, ?, 'informant run theirs.yaml', '2026-01-01T00:00:00.000Z', ?)`,
    pid,
    host,
    heartbeatAt,
  );
}

async function pidOfDeadProcess(): Promise<number> {
  const child = spawn(process.execPath, ['-e', '']);
  await once(child, 'exit');
  return child.pid!;
}

describe('lockStudy', () => {
  it('admits one writer per study, and the next one after it', async () => {
    const store = temporaryStore();
    const first = await store.lock('owl', { command });
    const other = await store.lock('fox', { command });
    await expect(store.lock('owl', { command })).rejects.toEqual(locked);
    expect(store.lockHolder('owl')).toMatchObject({ pid: process.pid, host: hostname(), command });
    first.release();
    first.release();
    expect(store.lockHolder('owl')).toBeUndefined();
    (await store.lock('owl', { command })).release();
    other.release();
  });

  it('names the holder on another host', async () => {
    const { now } = manualClock();
    const store = temporaryStore({ now });
    plantLock(store, 42, 'far-away', now().toISOString());
    const message =
      'study owl is being run by process 42 on far-away, started 2026-01-01T00:00:00.000Z: informant run theirs.yaml';
    await expect(store.lock('owl', { command })).rejects.toThrow(message);
  });

  it('takes over from a process that is gone', async () => {
    const store = temporaryStore();
    plantLock(store, await pidOfDeadProcess(), hostname(), new Date().toISOString());
    expect(store.lockHolder('owl')).toBeUndefined();
    const lock = await store.lock('owl', { command });
    expect(store.lockHolder('owl')?.pid).toBe(process.pid);
    lock.release();
  });

  it('is not fooled by a dead process that had our pid', async () => {
    const store = temporaryStore();
    plantLock(store, process.pid, hostname(), new Date().toISOString());
    (await store.lock('owl', { command })).release();
  });

  it('takes over from a holder that has been silent for a minute', async () => {
    const { now, advance } = manualClock();
    const store = temporaryStore({ now });
    plantLock(store, 42, 'far-away', now().toISOString());
    advance(59_000);
    await expect(store.lock('owl', { command })).rejects.toEqual(locked);
    advance(2_000);
    (await store.lock('owl', { command })).release();
  });

  it('waits for the holder when asked to', async () => {
    const store = temporaryStore();
    const first = await store.lock('owl', { command });
    const onWait = vi.fn<() => void>();
    const waiting = store.lock('owl', { command, wait: true, onWait });
    await sleep(300);
    expect(onWait).toHaveBeenCalledOnce();
    first.release();
    (await waiting).release();
  });

  it('stops waiting on a signal', async () => {
    const store = temporaryStore();
    const first = await store.lock('owl', { command });
    const stop = new AbortController();
    const waiting = store.lock('owl', { command, wait: true, signal: stop.signal });
    stop.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow();
    first.release();
  });

  it('tells a holder that was presumed dead', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => {
      vi.useRealTimers();
    });
    const { now, advance } = manualClock();
    const store = temporaryStore({ now });
    const sleeper = await store.lock('owl', { command });
    vi.advanceTimersByTime(10_000);
    expect(sleeper.lost.aborted).toBe(false);
    advance(61_000);
    const successor = await store.lock('owl', { command });
    vi.advanceTimersByTime(10_000);
    expect(sleeper.lost.reason).toMatchObject({ code: 'lock-lost', exitCode: 1 });
    sleeper.release();
    expect(store.lockHolder('owl')).toBeDefined();
    expect(successor.lost.aborted).toBe(false);
    successor.release();
  });
});

describe('lockStudy between processes', () => {
  let sources: CompiledSources;
  beforeAll(() => {
    sources = compileSources(['src/store/open-store.ts']);
  });
  afterAll(() => sources.remove());

  it('holds while the other process lives and ends with kill -9', async () => {
    const store = temporaryStore();
    const child = sources.start(
      `import { openStore } from './src/store/open-store.js';
       const store = openStore(process.argv[2], { mode: 'write' });
       await store.lock('owl', { command: 'child' });
       console.log('locked');
       setInterval(() => {}, 1000);`,
      [store.dir],
    );
    await waitForOutput(child, 'locked');
    await expect(store.lock('owl', { command })).rejects.toThrow(`process ${child.pid} on`);
    child.kill('SIGKILL');
    await once(child, 'close');
    (await store.lock('owl', { command })).release();
  });
});
