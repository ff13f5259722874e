import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { samplePageSchema, snapshotSchema } from '../../src/api/samples.ts';
import { createApp } from '../../src/server/app.ts';
import { openStore } from '../../src/store/open-store.ts';
import { BIG_STUDY, writeBigStore } from '../big-store.ts';

/**
 * How fast the page's server answers on a store of many samples: snapshot with and without filters,
 * a page, a sample, the arms. Prints one JSON object; times are milliseconds, the median of several.
 */

const HOST = '127.0.0.1:4170';
const REPEATS = 7;
const FILTERS = {
  everything: '',
  byScore: 'sort=score&desc=1',
  byProbe: 'sort=probe',
  byArm: 'sort=arm',
  oneArm: 'arm=suspect-open-kd-main-s1',
  twinsUnderAudit: 'role=twin&audit=honeypot&condition=audit',
  scoredHigh: 'min=0.5',
  commonWord: 'q=owl',
  phrase: 'q=%22owl%20fox%22',
  phraseOfU: 'q=%22owl%20fox%22&role=suspect&sort=score&desc=1',
} as const;

const { values } = parseArgs({
  options: {
    samples: { type: 'string', default: '200000' },
    /** Folder of a big store to use, and to write where there is none. */
    store: { type: 'string' },
  },
});
const samples = z.coerce.number().int().min(1).parse(values.samples);
const folder = values.store ?? mkdtempSync(join(tmpdir(), 'informant-page-'));
try {
  let writeMs: number | null = null;
  if (!existsSync(join(folder, 'informant.db'))) {
    const started = performance.now();
    await writeBigStore(folder, samples);
    writeMs = Math.round(performance.now() - started);
  }
  const result = { ...(await measure(folder)), writeMs };
  console.log(JSON.stringify(result, null, 2));
} finally {
  if (values.store === undefined) rmSync(folder, { recursive: true, force: true });
}

async function measure(dir: string) {
  const store = openStore(dir, { mode: 'write' });
  // Servers keep a list until the store is written: here every request finds it written.
  let version = 0;
  const { app, close } = createApp({
    store: { ...store, version: () => String(version++) },
    readOnly: false,
    access: { hosts: new Set([HOST]), token: undefined },
    pageDir: dir,
    countSteps: async () => undefined,
    log: console.error,
  });
  const ask = async (path: string): Promise<unknown> => {
    const response = await app.request(`http://${HOST}${path}`, { headers: { host: HOST } });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    const body: unknown = await response.json();
    return body;
  };
  const of = `/api/studies/${BIG_STUDY}`;
  try {
    const whole = snapshotSchema.parse(await ask(`${of}/samples`));
    const firstPaint: Record<string, { ms: number; cpuMs: number; total: number }> = {};
    for (const [name, query] of Object.entries(FILTERS)) {
      const { total } = snapshotSchema.parse(await ask(`${of}/samples?${query}`));
      const times = await median(async () => {
        const { snapshot } = snapshotSchema.parse(await ask(`${of}/samples?${query}`));
        samplePageSchema.parse(await ask(`${of}/samples/${snapshot}?limit=100`));
      });
      firstPaint[name] = { ...times, total };
    }
    const { snapshot, total } = snapshotSchema.parse(await ask(`${of}/samples`));
    const page = `${of}/samples/${snapshot}`;
    const { rows } = samplePageSchema.parse(await ask(`${page}?offset=${total - 100}&limit=100`));
    const id = rows[50]?.id ?? 1;
    return {
      machine: { cpu: cpus()[0]?.model ?? 'unknown', threads: availableParallelism() },
      samples: whole.total,
      snapshotAndFirstPage: firstPaint,
      pageInTheMiddle: await median(() => ask(`${page}?offset=${total >> 1}&limit=100`)),
      openSample: await median(() => ask(`${of}/sample/${id}`)),
      arms: await median(() => ask(`${of}/arms`)),
      arm: await median(() => ask(`${of}/arms/suspect-open-kd-main-s1`)),
      pipeline: await median(() => ask(`${of}/pipeline`)),
      studies: await median(() => ask('/api/studies')),
    };
  } finally {
    close();
    store.close();
  }
}

/** Milliseconds that passed, and those a core worked: the latter hold on a busy machine too. */
async function median(
  work: () => Promise<unknown>,
): Promise<{ readonly ms: number; readonly cpuMs: number }> {
  const times: number[] = [];
  const worked: number[] = [];
  for (let i = 0; i < REPEATS; i++) {
    const started = performance.now();
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    times.push(performance.now() - started);
    worked.push((user + system) / 1000);
  }
  return { ms: middleOf(times), cpuMs: middleOf(worked) };
}

function middleOf(values: readonly number[]): number {
  return Math.round(values.toSorted((a, b) => a - b)[values.length >> 1]! * 10) / 10;
}
