import { existsSync, mkdirSync, renameSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { problemSchema, startedSchema } from '../api/actions.ts';
import { leadsSchema } from '../api/leads.ts';
import { studySchema } from '../api/studies.ts';
import { packageRoot } from '../base/package-root.ts';
import { childLog } from './child-process.ts';
import { serveSmallStudy, type ServedStudy, STUDY } from './served-study.fixture.ts';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 120_000 });

const isBuilt = existsSync(join(packageRoot(), 'dist', 'src', 'cli', 'main.js'));
let served: ServedStudy;
beforeAll(async () => {
  served = await serveSmallStudy();
});
afterAll(() => served.close());

async function codeOf(response: Response): Promise<[number, string]> {
  return [response.status, problemSchema.parse(await response.json()).code];
}

/** What a process that works on the study leaves in the store; `heartbeat` keeps it alive. */
function lockAs(pid: number, host: string, command: string): void {
  const now = new Date().toISOString();
  served.store.database.run(
    `INSERT OR REPLACE INTO locks (study, token, pid, host, command, since, heartbeat_at)
     VALUES ('tiny', 'token', ?, ?, ?, ?, ?)`,
    pid,
    host,
    command,
    now,
    now,
  );
}

function unlock(): void {
  served.store.database.run('DELETE FROM locks');
}

describe('pausing', () => {
  it('needs somebody who works on the study', async () => {
    expect(await codeOf(await served.post(`${STUDY}/pause`, {}))).toEqual([409, 'not-running']);
  });

  it('signals no process of another machine, and none that is not Informant', async () => {
    const parent = process.ppid;
    for (const [pid, host, command] of [
      [parent, 'another-machine', 'informant run tiny'],
      [parent, hostname(), 'runStudy tiny'],
      [parent, hostname(), 'vim informant'],
    ] as const) {
      lockAs(pid, host, command);
      expect(await codeOf(await served.post(`${STUDY}/pause`, {}))).toEqual([409, 'not-ours']);
    }
    unlock();
  });
});

describe('starting', () => {
  it('leaves a study alone that somebody works on', async () => {
    lockAs(process.ppid, 'another-machine', 'informant run tiny');
    for (const action of ['run', 'replay']) {
      const refused = await served.post(`${STUDY}/${action}`, {});
      expect(await codeOf(refused)).toEqual([409, 'study-locked']);
    }
    unlock();
    expect(await codeOf(await served.post(`${STUDY}/replay`, { draws: 0 }))).toEqual([
      400,
      'bad-request',
    ]);
  });

  it('shows a replay that another process is at', async () => {
    lockAs(process.ppid, 'another-machine', 'informant replay tiny');
    const { replaying } = leadsSchema.parse(await (await served.request(`${STUDY}/leads`)).json());
    expect(replaying).toEqual({ done: 0, total: 0 });
    unlock();
  });

  it('takes a log for that of the replay that wrote it, and of no other', async () => {
    const leads = () => served.read(`${STUDY}/leads`, leadsSchema);
    const log = childLog(served.store.dir, 'tiny', 'replay');
    mkdirSync(dirname(log), { recursive: true });
    const error = { code: 'x', message: 'no teacher', hint: null };
    writeFileSync(log, `{"replayed":3,"of":9}\n${JSON.stringify({ error })}\n`);
    expect((await leads()).replayError).toBe('no teacher');
    lockAs(process.ppid, hostname(), 'informant replay tiny');
    const before = new Date(Date.now() - 60_000);
    utimesSync(log, before, before);
    expect((await leads()).replaying).toEqual({ done: 0, total: 0 });
    const after = new Date(Date.now() + 1_000);
    utimesSync(log, after, after);
    expect((await leads()).replaying).toEqual({ done: 3, total: 9 });
    unlock();
    utimesSync(log, before, before);
    // Someone has replayed them since, in a terminal.
    served.store.ledger.append('tiny', 'leads-replayed', {});
    expect((await leads()).replayError).toBeNull();
  });
});

describe.skipIf(!isBuilt)('the built command, started from the page', () => {
  it('goes on by itself until it is paused', async () => {
    const started = await served.post(`${STUDY}/run`, {});
    expect(startedSchema.parse(await started.json())).toEqual({ study: 'tiny', status: 'running' });
    const running = await until(({ runningIn }) => runningIn !== null);
    expect(running.runningIn?.command).toMatch(/^informant run /u);
    const paused = await served.post(`${STUDY}/pause`, {});
    expect(startedSchema.parse(await paused.json()).status).toBe('pausing');
    // State and lock are two rows: the one may be read just before a process gives up the other.
    const stopped = await until(
      ({ runningIn, status }) => runningIn === null && status !== 'running',
    );
    expect(stopped.status).toBe('interrupted');
  });

  it('verifies one study at a time, and says which', async () => {
    const [first, second] = await Promise.all([
      served.post(`${STUDY}/verify`, {}),
      served.post(`${STUDY}/verify`, {}),
    ]);
    expect(first.status).toBe(200);
    const { code, message } = problemSchema.parse(await second.json());
    expect(code).toBe('busy');
    expect(message).toContain('the study tiny');
  });

  it('says why it could not start', async () => {
    renameSync(join(served.folder, 'base'), join(served.folder, 'moved'));
    const refused = await served.post(`${STUDY}/run`, {});
    const problem = problemSchema.parse(await refused.json());
    renameSync(join(served.folder, 'moved'), join(served.folder, 'base'));
    expect([refused.status, problem.code]).toEqual([409, 'start-failed']);
    expect(problem.message).toContain('base');
  });
});

async function until(holds: (study: ReturnType<typeof studySchema.parse>) => boolean) {
  for (;;) {
    const study = await served.read(STUDY, studySchema);
    if (holds(study)) return study;
    await sleep(100);
  }
}
