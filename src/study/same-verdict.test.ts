import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Backend } from '../backends/backend.ts';
import { createRng } from '../base/rng.ts';
import { smallStudy } from '../evidence/finished-study.fixture.ts';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import { planStudy } from './plan.ts';
import { moralBackend, pocketFolder } from './pocket-study.fixture.ts';
import { describeInputs } from './recorded-inputs.ts';
import { registerStudy } from './register-study.ts';
import { runStudy, type StudyResult } from './run-study.ts';
import { openStudyModels } from './study-models.ts';
import { verdictBytes } from './verdict-ledger.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const here = pocketFolder();
const elsewhere = pocketFolder();
afterAll(() => [here, elsewhere].forEach(({ dispose }) => dispose()));

function bytesOf(result: StudyResult): string {
  if (result.kind !== 'finished') throw new Error(`the study ended ${result.kind}`);
  return verdictBytes(result.verdict);
}

async function run(folder: string, store: string, backend: Backend, signal?: AbortSignal) {
  const study = defineStudy(smallStudy(), folder);
  const storeDir = join(folder, store);
  return runStudy({ study, storeDir, backend, ...(signal && { signal }) });
}

/** Requests take random times, so that steps finish, and rows are written, in another order. */
function withLatency(backend: Backend, seed: string): Backend {
  const rng = createRng(seed);
  return {
    ...backend,
    sample: async (...args) => {
      await sleep(4 * rng.next());
      return backend.sample(...args);
    },
  };
}

describe('the same study has the same verdict, byte for byte', () => {
  let reference: string;
  beforeAll(async () => {
    reference = bytesOf(
      await run(here.folder, 'one', await moralBackend(here.folder, { slots: 1 })),
    );
  });

  it('on another machine: another folder, other workers, another order of work', async () => {
    const backend = await moralBackend(elsewhere.folder, { slots: 5 });
    const result = await run(elsewhere.folder, 'two', withLatency(backend, 'order'));
    expect(bytesOf(result)).toBe(reference);
  });

  it('after five stops', async () => {
    const rng = createRng('stops');
    for (let stops = 0; stops < 5; stops++) {
      const stop = new AbortController();
      const backend = await moralBackend(here.folder, { slots: 2 });
      let requests = 0;
      const last = 2 + rng.int(4);
      const stopping: Backend = {
        ...backend,
        sample: async (...args) => {
          if (++requests === last) stop.abort();
          return backend.sample(...args);
        },
      };
      const result = await run(here.folder, 'stopped', stopping, stop.signal);
      expect(result.kind).toBe('interrupted');
    }
    const backend = await moralBackend(here.folder, { slots: 3 });
    expect(bytesOf(await run(here.folder, 'stopped', backend))).toBe(reference);
  });

  it('when all rows are inserted in another order', async () => {
    const study = defineStudy(smallStudy(), here.folder);
    const models = await openStudyModels(study);
    const backend = await moralBackend(here.folder);
    const source = openStore(join(here.folder, 'one'), { mode: 'read' });
    const rows = createRng('rows').shuffle(source.steps.list());
    const samples = rows.map(({ key }) =>
      source.samples.list({ stepKeys: [key] }, { limit: 1000 }).map((sample) => ({
        ...sample,
        said: '',
        transcript: source.samples.transcript(sample.id) ?? null,
      })),
    );
    source.close();
    cpSync(join(here.folder, 'one', 'objects'), join(here.folder, 'shuffled', 'objects'), {
      recursive: true,
    });
    const target = openStore(join(here.folder, 'shuffled'), { mode: 'write' });
    const plan = planStudy(study, models, backend);
    registerStudy(target, study, plan, describeInputs(study, models, backend));
    for (const [i, row] of rows.entries()) {
      target.steps.start(row, row.consumed);
      target.steps.finish(row.key, { artifact: row.artifact ?? '', tokens: row.tokens });
      target.samples.add(row.key, samples[i]!.toReversed());
    }
    target.close();
    const result = await run(here.folder, 'shuffled', backend);
    expect(backend.calls).toEqual([]);
    expect(bytesOf(result)).toBe(reference);
  });
});
