import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  type CompiledSources,
  compileSources,
  outcomeOf,
} from '../../test/support/child-process.ts';
import { temporaryFolder } from '../../test/support/temporary-store.ts';
import { createRng } from '../base/rng.ts';
import { verifyChain } from '../store/ledger.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { verifyStore } from '../store/verify.ts';

const ARMS = 4;
const ITEMS = 6;
const STEPS = 1 + 3 * ARMS;

/** Four arms over one data set; every step writes an object and a few items. */
const PROGRAM = `
  import { setTimeout as sleep } from 'node:timers/promises';
  import { createFakeBackend } from './src/backends/fake/fake-backend.js';
  import { runSteps } from './src/run/scheduler.js';
  import { defineStep } from './src/run/step.js';
  import { openStore } from './src/store/open-store.js';

  const step = (name, inputs) => defineStep({
    name, inputs, version: 1, stage: 'generate', title: name, params: {}, backend: null, costTokens: 1,
    run: async ({ items, objects }) => {
      for (let index = items.list().length; index < ${ITEMS}; index++) {
        await sleep(1);
        items.add([{ index, value: { name, index } }]);
      }
      const rows = JSON.stringify(items.list());
      return { kind: 'rows', meta: {}, files: { rows: objects.put(rows.repeat(200)) } };
    },
  });
  const data = step('data', {});
  const arms = Array.from({ length: ${ARMS} }, (_, i) =>
    step('audit-' + i, { student: step('student-' + i, { rows: step('rows-' + i, { data }) }) }));
  const store = openStore(process.argv[2], { mode: 'write' });
  const lock = await store.lock('owl', { command: 'child' });
  const backend = createFakeBackend({ slots: 2 });
  const onEvent = (event) => {
    if (event.type === 'step-started') console.log('step-started');
  };
  const { computed, cached } = await runSteps(arms, { store, lock, backend, onEvent });
  lock.release();
  store.close();
  console.log(JSON.stringify({ computed, cached }));`;

describe('kill -9', () => {
  let sources: CompiledSources;
  beforeAll(() => {
    sources = compileSources(['src/run/scheduler.ts', 'src/backends/fake/fake-backend.ts']);
  });
  afterAll(() => sources.remove());

  it('loses nothing that was done, at whatever moment it comes', async () => {
    const dir = temporaryFolder();
    const doneBefore = new Map<string, string>();
    const rng = createRng('kill-safety');
    let kills = 0;
    let result: unknown;
    for (let attempt = 0; result === undefined && attempt < 100; attempt++) {
      const child = sources.start(PROGRAM, [dir]);
      const outcome = outcomeOf(child);
      killAfter(child, 1 + rng.int(4), rng.int(12));
      const { output, signal } = await outcome;
      if (signal === 'SIGKILL') kills++;
      else result = lastLine(output);
      const store = openStore(dir, { mode: 'write' });
      expectDoneStepsUntouched(store, doneBefore);
      store.close();
    }
    expect(kills).toBeGreaterThanOrEqual(3);

    const store = openStore(dir, { mode: 'write' });
    const steps = store.steps.list();
    expect(steps.map((row) => [row.status, row.computed])).toEqual(Array(STEPS).fill(['done', 1]));
    for (const { key, name } of steps) {
      expect(store.items(key).list()).toEqual(
        Array.from({ length: ITEMS }, (_, index) => ({ index, value: { name, index } })),
      );
    }
    const ledger = store.ledger.list('owl');
    expect(verifyChain(ledger).ok).toBe(true);
    expect(ledger.filter((event) => event.type === 'step-finished')).toHaveLength(STEPS);
    const report = await verifyStore(store);
    expect(report.ok).toBe(true);
    store.close();

    const again = await outcomeOf(sources.start(PROGRAM, [dir]));
    expect(lastLine(again.output)).toEqual({ computed: 0, cached: STEPS });
  });

  it('lets another process go on at once', async () => {
    const dir = temporaryFolder();
    const first = sources.start(PROGRAM, [dir]);
    killAfter(first, 2, 5);
    await once(first, 'close');
    const { exitCode } = await outcomeOf(sources.start(PROGRAM, [dir]));
    expect(exitCode).toBe(0);
  });
});

/** kill -9 some milliseconds after the process has begun its n-th step. */
function killAfter(child: ChildProcess, startedSteps: number, delayMs: number): void {
  let started = 0;
  child.stdout?.on('data', (text: string | Buffer) => {
    started += text.toString().split('step-started').length - 1;
    if (started >= startedSteps) setTimeout(() => child.kill('SIGKILL'), delayMs);
  });
}

function lastLine(output: string): unknown {
  return JSON.parse(output.trim().split('\n').at(-1) ?? '');
}

/** A step once seen done keeps its row, to the letter. */
function expectDoneStepsUntouched(store: Store, doneBefore: Map<string, string>): void {
  for (const row of store.steps.list()) {
    const seen = doneBefore.get(row.key);
    if (seen !== undefined) expect(JSON.stringify(row)).toBe(seen);
    else if (row.status === 'done') doneBefore.set(row.key, JSON.stringify(row));
  }
}
