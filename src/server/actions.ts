import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { exportedSchema } from '../api/actions.ts';
import type { Leads } from '../api/leads.ts';
import type { Verification } from '../api/ledger.ts';
import { writeFileAtomic } from '../base/files.ts';
import { parseJson } from '../base/json.ts';
import { verifyChain } from '../store/ledger.ts';
import type { Store } from '../store/open-store.ts';
import { parseStudy } from '../study/load-study.ts';
import { LEADS_REPLAYED } from '../study/replay-leads.ts';
import { lastVerdict } from '../study/verdict-ledger.ts';
import {
  childLog,
  type ChildKind,
  type DetachedChild,
  lastLines,
  runInformant,
  startInformant,
} from './child-process.ts';
import { ProblemError } from './problem.ts';

/** Long enough to open models and plan; a child that is still silent then is taken to be at work. */
const START_WAIT_MS = 8_000;
const POLL_MS = 100;

/** What the page may have done. Nothing of it runs in this process for long. */
export interface Actions {
  /** Starts an example of the package in this store, or goes on with it. */
  startExample(text: string): Promise<string>;
  run(study: string): Promise<void>;
  /** Asks the process that runs the study to stop cleanly. */
  pause(study: string): void;
  replay(study: string, draws: number | undefined): Promise<void>;
  replayState(study: string): Pick<Leads, 'replaying' | 'replayError'>;
  verify(study: string): Promise<Verification>;
  exportFolder(study: string): Promise<z.infer<typeof exportedSchema>>;
}

/** The actions on one store. */
export function createActions(store: Store): Actions {
  /** The study at hand, by what is done to it. */
  const busy = new Map<string, string>();
  /** Study files are copied here, and children run here: no file can pass for the id of a study. */
  const folder = join(store.dir, 'studies');
  const flags = (id: string): string[] => ['--store', store.dir, '--', id];

  const start = async (id: string, kind: ChildKind, args: readonly string[]): Promise<void> => {
    const holder = store.lockHolder(id);
    if (holder !== undefined) {
      throw new ProblemError(
        409,
        'study-locked',
        `Process ${holder.pid} on ${holder.host} works on this study: ${holder.command}`,
      );
    }
    mkdirSync(folder, { recursive: true });
    const log = childLog(store.dir, id, kind);
    await waitForStart(
      startInformant([kind, ...args], { cwd: folder, log }),
      log,
      () => store.lockHolder(id) !== undefined,
    );
  };

  /** One at a time: each reads the whole store. */
  const alone = async <T>(name: string, id: string, work: () => Promise<T>): Promise<T> => {
    const other = busy.get(name);
    if (other !== undefined) {
      const message = `This is being done already, for the study ${other}.`;
      throw new ProblemError(409, 'busy', message, 'Wait for it to end.');
    }
    busy.set(name, id);
    try {
      return await work();
    } finally {
      busy.delete(name);
    }
  };

  return {
    startExample: async (text) => {
      const { spec } = parseStudy(text, 'example.yaml');
      const file = join(folder, `${spec.study}.yaml`);
      // A file that was changed by hand stays as it is, and is what runs.
      if (!existsSync(file)) writeFileAtomic(file, text);
      await start(spec.study, 'run', [
        '--log',
        'json',
        '--store',
        store.dir,
        '--',
        `${spec.study}.yaml`,
      ]);
      return spec.study;
    },
    run: (id) => start(id, 'run', ['--log', 'json', ...flags(id)]),
    pause: (id) => interruptHolder(store, id),
    replay: (id, draws) =>
      start(id, 'replay', [
        '--json',
        ...(draws === undefined ? [] : ['--draws', String(draws)]),
        ...flags(id),
      ]),
    replayState: (id) => replayState(store, id),
    verify: (id) => alone('verify', id, () => verifyAll(store, id, folder)),
    exportFolder: (id) =>
      alone('export', id, async () => {
        mkdirSync(folder, { recursive: true });
        const out = join(store.dir, 'exports', id);
        const args = ['export-page', '--json', '--replace', '--out', out, ...flags(id)];
        const { code, stdout } = await runInformant(args, folder);
        if (code !== 0) throw failed('export-failed', stdout.split('\n'));
        return exportedSchema.parse(parseJson(stdout));
      }),
  };
}

/** Until the child holds the lock, has ended well, or is taken to be at work. */
async function waitForStart(
  child: DetachedChild,
  log: string,
  isAtWork: () => boolean,
): Promise<void> {
  const until = Date.now() + START_WAIT_MS;
  while (Date.now() < until && !isAtWork()) {
    await sleep(POLL_MS);
    if (!child.isOver()) continue;
    if ((await child.ended) !== 0) throw failed('start-failed', lastLines(log));
    return;
  }
}

const failureSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().nullable() }),
});

/** What a child said last of why it failed: its `--json` form, or the lines meant for people. */
function failed(code: string, lines: readonly string[]): ProblemError {
  const error = lines.map(failureOf).findLast((found) => found !== undefined);
  if (error !== undefined) {
    return new ProblemError(409, code, error.message, error.hint ?? undefined);
  }
  const line = (head: string): string | undefined =>
    lines.findLast((text) => text.startsWith(head))?.slice(head.length);
  return new ProblemError(409, code, line('error: ') ?? 'It failed.', line('fix: '));
}

function failureOf(line: string): z.infer<typeof failureSchema>['error'] | undefined {
  return failureSchema.safeParse(jsonOf(line)).data?.error;
}

function jsonOf(line: string): unknown {
  try {
    return parseJson(line);
  } catch {
    return undefined;
  }
}

function interruptHolder(store: Store, id: string): void {
  const holder = store.lockHolder(id);
  if (holder === undefined) {
    throw new ProblemError(409, 'not-running', 'No process works on this study.');
  }
  const { pid, host, command } = holder;
  if (host !== hostname() || pid === process.pid || !isInformant(pid, command)) {
    throw new ProblemError(
      409,
      'not-ours',
      `Process ${pid} on ${host} works on this study, and cannot be stopped from here.`,
      'Press Ctrl-C where it was started.',
    );
  }
  process.kill(pid, 'SIGINT');
}

/** The lock says what its holder is; where the system tells too, both must agree. */
function isInformant(pid: number, command: string): boolean {
  if (!command.startsWith('informant ')) return false;
  const told = `/proc/${pid}/cmdline`;
  return !existsSync(told) || readFileSync(told, 'utf8').includes('informant');
}

const progressSchema = z.object({ replayed: z.int(), of: z.int() });

/** The log is of the last replay that the page began: others have been at it since, or are now. */
function replayState(store: Store, id: string): Pick<Leads, 'replaying' | 'replayError'> {
  const log = childLog(store.dir, id, 'replay');
  const writtenAt = statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const holder = store.lockHolder(id);
  const isReplaying = holder?.command.startsWith('informant replay') === true;
  const since = isReplaying ? holder.since : store.ledger.ofType(id, LEADS_REPLAYED).at(-1)?.time;
  const isOwn = since === undefined || writtenAt >= Date.parse(since);
  const lines = isOwn ? lastLines(log) : [];
  if (!isReplaying) {
    const error = lines.map(failureOf).findLast((found) => found !== undefined);
    return { replaying: null, replayError: error?.message ?? null };
  }
  const progress = lines
    .map((line) => progressSchema.safeParse(jsonOf(line)).data)
    .findLast((found) => found !== undefined);
  return {
    replaying: { done: progress?.replayed ?? 0, total: progress?.of ?? 0 },
    replayError: null,
  };
}

const storeReportSchema = z.object({
  ok: z.boolean(),
  objects: z.int(),
  bytes: z.number(),
  steps: z.int(),
  problems: z.array(z.object({ kind: z.string() })),
});
const replaySchema = z.object({ digest: z.string(), identical: z.boolean() });

async function verifyAll(store: Store, id: string, folder: string): Promise<Verification> {
  mkdirSync(folder, { recursive: true });
  const chain = verifyChain(store.ledger.list(id));
  const checks = [
    {
      name: 'ledger',
      ok: chain.ok,
      detail: chain.ok ? `The chain holds; its head is ${chain.root}.` : chain.reason,
    },
    await storeCheck(store, folder),
    ...(lastVerdict(store, id) === undefined ? [] : [await verdictCheck(store, id, folder)]),
  ];
  return { ok: checks.every(({ ok }) => ok), checks };
}

type Check = Verification['checks'][number];

async function storeCheck(store: Store, folder: string): Promise<Check> {
  const { stdout } = await runInformant(
    ['store', 'verify', '--json', '--store', store.dir],
    folder,
  );
  const report = storeReportSchema.safeParse(jsonOf(stdout)).data;
  if (report === undefined) {
    return { name: 'files', ok: false, detail: failed('', stdout.split('\n')).message };
  }
  const { ok, objects, bytes, steps, problems } = report;
  const bad = problems.filter(({ kind }) => kind !== 'leftover-file').length;
  const read = `${objects} files (${bytes} bytes) of ${steps} steps were hashed again`;
  const detail = ok ? `${read} and are what they were.` : `${read}; ${bad} do not fit.`;
  return { name: 'files', ok, detail };
}

async function verdictCheck(store: Store, id: string, folder: string): Promise<Check> {
  const { stdout } = await runInformant(
    ['verdict', '--replay', '--json', '--store', store.dir, '--', id],
    folder,
  );
  const replay = replaySchema.safeParse(jsonOf(stdout)).data;
  return replay?.identical === true
    ? { name: 'verdict', ok: true, detail: `Replayed from rows: identical (${replay.digest}).` }
    : { name: 'verdict', ok: false, detail: failed('', stdout.split('\n')).message };
}
