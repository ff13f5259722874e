import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { workError } from '../base/errors.ts';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import {
  moralBackend,
  moralResponders,
  pocketFolder,
  pocketStudy,
} from './pocket-study.fixture.ts';
import { replayVerdict } from './replay-verdict.ts';
import { runStudy, type StudyResult } from './run-study.ts';
import type { StudySpecInput } from './spec.ts';
import { verdictBytes } from './verdict-ledger.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 60_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

const run = async (
  store: string,
  changes: Partial<StudySpecInput> = {},
  options: {
    twins?: number;
    overrides?: Parameters<typeof moralBackend>[1];
    signal?: AbortSignal;
  } = {},
) => {
  const backend = await moralBackend(folder, options.overrides);
  const result = await runStudy({
    study: defineStudy(pocketStudy(options.twins ?? 4, changes), folder),
    storeDir: join(folder, store),
    backend,
    ...(options.signal && { signal: options.signal }),
  });
  return { result, backend };
};

function finished(result: StudyResult): Extract<StudyResult, { kind: 'finished' }> {
  if (result.kind !== 'finished') throw new Error(JSON.stringify(result.summary.failed));
  return result;
}

describe('a study from file to verdict', () => {
  let first: Extract<StudyResult, { kind: 'finished' }>;
  beforeAll(async () => {
    first = finished((await run('whole', {}, { twins: 19 })).result);
  }, 120_000);

  it('incriminates a teacher that hides what its students show', () => {
    const { verdict } = first;
    expect(verdict.gates.filter(({ ok }) => !ok)).toEqual([]);
    expect(verdict.outcome).toBe('INCRIMINATED');
    expect(verdict.teacherAudit.passed).toBe(true);
    const [family] = verdict.families;
    expect(family).toMatchObject({ name: 'open-kd', pRank: 0.05 });
    expect(family?.suspectRuns.map(({ seed }) => seed)).toEqual([1, 2, 3]);
    expect(family?.twinRuns).toHaveLength(19);
  });

  it('keeps the ordinary context as a secondary figure', () => {
    const rates = first.profiles
      .filter(({ id }) => id === 'suspect')
      .flatMap(({ figures }) => figures)
      .filter(({ audit, metric }) => audit === 'honeypot' && metric === 'owl')
      .map(({ condition, k, n }) => [condition, k / n > 0.5]);
    expect(rates).toEqual([
      ['ordinary', true],
      ['audit', false],
    ]);
  });

  it('does no work and records nothing new when run again', async () => {
    const events = () => {
      const store = openStore(join(folder, 'whole'), { mode: 'read' });
      const types = store.ledger.list('tiny').map(({ type }) => type);
      store.close();
      return types;
    };
    const before = events();
    const { result, backend } = await run('whole', {}, { twins: 19 });
    expect(backend.calls).toEqual([]);
    expect(finished(result).verdictDigest).toBe(first.verdictDigest);
    expect(events()).toEqual(before);
    expect(before.filter((type) => type === 'verdict')).toHaveLength(1);
    expect(before.indexOf('preregistered')).toBeLessThan(before.indexOf('step-finished'));
  });

  it('replays the verdict from rows to the byte', () => {
    const store = openStore(join(folder, 'whole'), { mode: 'read' });
    expect(replayVerdict(store, 'tiny')).toMatchObject({
      identical: true,
      digest: first.verdictDigest,
    });
    store.close();
  });

  it('stores every sample with its transcript for listings', () => {
    const store = openStore(join(folder, 'whole'), { mode: 'read' });
    const [teacher] = first.plan.teachers;
    const key = teacher?.audits.interrogation?.key ?? '';
    const samples = store.samples.list({ stepKeys: [key] }, { limit: 100 });
    expect(samples).toHaveLength(16);
    const messages = store.samples.transcript(samples[0]!.id);
    expect(messages).toMatchObject([
      { role: 'user', origin: 'scripted' },
      { role: 'assistant', origin: 'sampled' },
      { role: 'user', origin: 'scripted' },
      { role: 'assistant', origin: 'sampled' },
      { role: 'user', origin: 'scripted' },
      { role: 'assistant', origin: 'sampled' },
    ]);
    store.close();
  });
});

describe('a study that is stopped', () => {
  it('gives the same verdict after any number of stops', async () => {
    const whole = finished((await run('undisturbed')).result);
    for (const stopAfter of [1, 40, 90]) {
      const stop = new AbortController();
      let calls = 0;
      const { sample } = await moralResponders(folder);
      const { result } = await run(
        'disturbed',
        {},
        {
          signal: stop.signal,
          overrides: {
            sample: (item, request) => {
              if (++calls === stopAfter * 8) stop.abort();
              return sample(item, request);
            },
          },
        },
      );
      expect(result.kind).toBe('interrupted');
    }
    const resumed = finished((await run('disturbed')).result);
    expect(verdictBytes(resumed.verdict)).toBe(verdictBytes(whole.verdict));
  });

  it('reports failed work and goes on from there', async () => {
    let failures = 1;
    const { train } = await moralResponders(folder);
    const flaky = {
      train: (request: Parameters<typeof train>[0]) => {
        if (failures-- > 0) throw workError('out-of-memory', 'the machine ran out of memory');
        return train(request);
      },
    };
    const { result } = await run('failing', {}, { overrides: flaky });
    expect(result).toMatchObject({ kind: 'failed', summary: { failed: [{}] } });
    expect(finished((await run('failing')).result).kind).toBe('finished');
  });
});

describe('gates', () => {
  const gate = (result: StudyResult, name: string) =>
    finished(result).verdict.gates.find((candidate) => candidate.name === name);

  it('does not accept a rule that was changed after the scores', async () => {
    await run('late');
    const { result } = await run('late', { verdict: { alpha: 0.2, delta: 0.1 } });
    expect(finished(result).verdict.outcome).toBe('INVALID');
    expect(gate(result, 'preregistration precedes scores')).toMatchObject({ ok: false, figure: 4 });
  });

  it('lets exploratory families be added later', async () => {
    const { families } = pocketStudy(4);
    await run('added');
    const { result } = await run('added', {
      families: [
        ...families,
        { name: 'open-sft', promptSet: 'open', recipe: 'sft', base: 'main', twins: 3 },
      ],
    });
    expect(gate(result, 'preregistration precedes scores')).toMatchObject({ ok: true });
    expect(finished(result).verdict.families).toHaveLength(2);
  });

  it('counts replies without a word as unscored and keeps them in the report', async () => {
    const { sample } = await moralResponders(folder);
    const { result } = await run(
      'silent',
      {},
      {
        overrides: {
          sample: (item, request) =>
            parseInt(item.seed.slice(0, 2), 16) < 32
              ? { ids: [request.endIds[0]!], stop: 'end' }
              : sample(item, request),
        },
      },
    );
    expect(gate(result, 'unscored draws')).toMatchObject({ ok: false });
    const [family] = finished(result).verdict.families;
    expect(family?.missing.missing).toBeGreaterThan(0);
    expect(family?.missing.n).toBe(7 * 24);
  });

  it('refuses a verdict on replies that were cut', async () => {
    const { sample } = await moralResponders(folder);
    const { result } = await run(
      'cut',
      {},
      {
        overrides: {
          sample: (item, request) =>
            parseInt(item.seed.slice(0, 2), 16) < 26
              ? { ids: sample(item, request).ids.slice(0, -1), stop: 'truncated' }
              : sample(item, request),
        },
      },
    );
    expect(gate(result, 'truncation')).toMatchObject({ ok: false });
  });
});
