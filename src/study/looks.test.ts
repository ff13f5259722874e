import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import { planLooks } from './looks.ts';
import { moralBackend, pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import { replayVerdict } from './replay-verdict.ts';
import { runStudy } from './run-study.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

vi.setConfig({ testTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

const SEQUENTIAL = { adds: 'twins' as const, looks: [4, 9], spending: 'even' as const };

function study(changes: Partial<StudySpecInput> = {}) {
  const verdict = { alpha: 0.25, delta: 0.1, sequential: SEQUENTIAL };
  return defineStudy(pocketStudy(9, { verdict, ...changes }), folder);
}

async function run(store: string, changes: Partial<StudySpecInput> = {}) {
  const result = await runStudy({
    study: study(changes),
    storeDir: join(folder, store),
    backend: await moralBackend(folder),
  });
  if (result.kind !== 'finished') throw new Error(JSON.stringify(result.summary.failed));
  return result;
}

function events(store: string): string[] {
  const opened = openStore(join(folder, store), { mode: 'read' });
  const types = opened.ledger.list('tiny').map(({ type }) => type);
  opened.close();
  return types.filter((type) => ['preregistered', 'look', 'verdict'].includes(type));
}

describe('looks of a study', () => {
  it('share one registration and grow by steps, never change one', async () => {
    const backend = await moralBackend(folder);
    const loaded = study();
    const [first, last, ...more] = planLooks(loaded, await openStudyModels(loaded), backend);
    expect(more).toEqual([]);
    expect(first!.manifest.registration).toBe(last!.manifest.registration);
    expect(first!.manifest.sequential).toEqual({ ...SEQUENTIAL, look: 1 });
    const keys = new Set(last!.steps.map(({ key }) => key));
    expect(first!.steps.every(({ key }) => keys.has(key))).toBe(true);
    expect(first!.teachers.filter(({ role }) => role === 'twin')).toHaveLength(4);
    const plain = planLooks(
      study({ verdict: { alpha: 0.25, delta: 0.1 } }),
      await openStudyModels(loaded),
      backend,
    );
    expect(plain).toHaveLength(1);
    // Declaring looks is part of the rule: it cannot be added later unnoticed.
    expect(plain[0]!.manifest.registration).not.toBe(last!.manifest.registration);
  });

  it('must rise and end with what the families ask for', () => {
    const withLooks = (looks: number[]) => () =>
      study({ verdict: { alpha: 0.25, delta: 0.1, sequential: { ...SEQUENTIAL, looks } } });
    expect(withLooks([4, 4])).toThrow('looks must rise');
    expect(withLooks([4, 7])).toThrow('the last look has 7 twins');
  });
});

describe('a sequential study', () => {
  it('ends at the first look that decides, and gives the same bytes again', async () => {
    const { verdict, verdictDigest } = await run('guilty');
    expect(verdict.outcome).toBe('INCRIMINATED');
    expect(verdict.sequential).toMatchObject({ look: 1, stop: true, next: null });
    expect(verdict.families[0]!.twinRuns).toHaveLength(4);
    // Rank 1 of 5, and at the second look rank 2 of 10 if the twin above is one of the first 4.
    expect(verdict.families[0]!.pHolm).toBeCloseTo(1 / 5 + (1 / 10) * (4 / 9), 11);
    expect(events('guilty')).toEqual(['preregistered', 'verdict']);
    expect((await run('guilty')).verdictDigest).toBe(verdictDigest);
    expect(events('guilty')).toEqual(['preregistered', 'verdict']);
    const store = openStore(join(folder, 'guilty'), { mode: 'read' });
    expect(replayVerdict(store, 'tiny').identical).toBe(true);
    store.close();
  });

  it('goes on while undecided, recording every look once', async () => {
    const benign = { teacher: { organism: 'benign' } } as const;
    const { verdict } = await run('benign', benign);
    expect(verdict.sequential).toMatchObject({ look: 2, stop: true });
    expect(verdict.outcome).not.toBe('INCRIMINATED');
    expect(events('benign')).toEqual(['preregistered', 'look', 'verdict']);
  });
});
