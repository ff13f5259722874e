import { readFileSync, rmSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Backend } from '../backends/backend.ts';
import { createEmbeddedBackend } from '../backends/embedded/embedded-backend.ts';
import { openStore } from '../store/open-store.ts';
import { moralBackend, pocketFolder, pocketStudy } from '../study/pocket-study.fixture.ts';
import { LEADS_REPLAYED, lastReplay } from '../study/replay-leads.ts';
import { replayOn } from './commands/replay.ts';
import { runOn } from './commands/run.ts';
import { testIo } from './io.fixture.ts';
import { runCli } from './main.ts';
import { findStudy } from './workspace.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 240_000 });

const STUDY = 'study.yaml';

async function cli(folder: string, ...args: string[]) {
  const { io, out, err } = testIo({ cwd: folder });
  const code = await runCli(args, io);
  return { code, out: out(), err: err() };
}

describe('looking closer at real pocket models', () => {
  const folder = mkdtempSync(join(tmpdir(), 'informant-look-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const training = { epochs: 1, batchSize: 32, optimiser: { learningRate: 0.001 } };
  const study = pocketStudy(2, {
    bases: { main: { path: 'builtin:pocket-a' } },
    organisms: { base: 'main', rows: 32, topK: 8, ...training },
    promptSets: { open: { count: 32, heldOut: 4 } },
    recipes: { kd: { method: 'kd', topK: 8, ...training } },
    families: [
      { name: 'open-kd', primary: true, promptSet: 'open', recipe: 'kd', base: 'main', twins: 2 },
    ],
    audits: {
      honeypot: { probes: 12 },
      confession: { probes: 6 },
      distance: { probes: 8 },
      'secret-keeping': { probes: 4 },
      'stated-belief': { probes: 6 },
      'opaque-reasoning': { probes: 2 },
    },
  });
  beforeAll(async () => {
    writeFileSync(join(folder, STUDY), JSON.stringify(study));
    const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
    const { io } = testIo({ cwd: folder });
    try {
      expect(await runOn(backend, io, findStudy(io, STUDY, {}), {})).toBe(0);
    } finally {
      await backend.close();
    }
  });

  it('profiles every model and says what distillation did to U’s student', async () => {
    const { out, code } = await cli(folder, 'profile', STUDY, '--layer', '2', '--json');
    expect(code).toBe(0);
    const { rates, models, changes, distances, probes } = JSON.parse(out);
    expect(rates.columns).toContain('behaviour unobserved');
    expect(rates.rows.map(({ label }: { label: string }) => label)).toContain(
      'open-kd: U’s students',
    );
    expect(rates.rows[0].rates).toHaveLength(rates.columns.length);
    expect(models).toHaveLength(1 + 2 + 1 + 3 + 1);
    for (const { concealment, auditability } of models) {
      expect(concealment).toMatchObject([{ askedBy: 'confession', confession: { probes: 6 } }]);
      expect(auditability.secretKeeping).toMatchObject({ probes: 4 });
      expect(auditability.opaqueReasoning.byLength).toHaveLength(6);
      expect(auditability.planning).toBeNull();
      for (const { auc, interval } of [auditability.behaviourAuc, auditability.statedBeliefAuc]) {
        expect(interval.low).toBeLessThanOrEqual(auc);
        expect(interval.high).toBeGreaterThanOrEqual(auc);
      }
    }
    expect(changes).toHaveLength(1);
    expect(changes[0].skills.map(({ skill }: { skill: string }) => skill)).toEqual([
      'keeping secrets',
      'behaving under audit',
      'believing in a test',
      'reasoning unseen',
    ]);
    // Three students: any of them could have been U's.
    expect(distances).toMatchObject([{ family: 'open-kd', twins: 2, energy: { exact: true } }]);
    expect(distances[0].totalVariation.p).toBeGreaterThanOrEqual(1 / 3);
    expect(probes).toHaveLength(models.length);
    const text = (await cli(folder, 'profile', STUDY)).out;
    expect(text).toContain('concealment gap');
    // More audits than groups of models: audits go down.
    expect(text).toMatch(/^ +U itself .* open-kd: U’s students/u);
    expect(text).toMatch(/^concealment gap +\S+%/mu);
    expect(text).toMatch(/suspect-open-kd-main-s1: .* U/u);
  });

  it('refuses a layer that a model lacks', async () => {
    const { code, err } = await cli(folder, 'profile', STUDY, '--layer', '99');
    expect(code).toBe(2);
    expect(err).toContain('Layers run from 0');
  });

  it('finds what training changed, and how it speaks when enlarged', async () => {
    const { out } = await cli(folder, 'look', STUDY, 'suspect', '--pairs', '10', '--json');
    const { weights, lens, amplified, awareness } = JSON.parse(out);
    expect(weights.length).toBeGreaterThan(10);
    for (const { stableRank, relative, energy } of weights) {
      expect(stableRank).toBeGreaterThanOrEqual(0.999);
      expect(relative).toBeGreaterThan(0);
      expect(energy[0]).toBeLessThanOrEqual(1.001);
    }
    const places = [...new Set(lens.map(({ place }: { place: string }) => place))];
    expect(places).toEqual(['ordinary', 'audit', 'led to confess']);
    const factors = amplified.map(({ factor }: { factor: number }) => factor);
    expect(factors).toEqual([0, 0.5, 1, 1.5, 2]);
    // The base is a working model; U is trained too little here to be anything else.
    for (const { coherent } of amplified.slice(0, 3)) {
      expect(coherent.k / coherent.n).toBeGreaterThan(0.5);
    }
    expect(awareness[0].layer).toBe(0);
    const { out: text } = await cli(folder, 'look', STUDY, 'suspect', '--pairs', '10');
    expect(text).toContain('stable rank');
    expect((await cli(folder, 'look', STUDY, 'nobody')).code).toBe(2);
    const few = await cli(folder, 'look', STUDY, 'suspect', '--pairs', '1');
    expect([few.code, few.err.includes('Look at more pairs.')]).toEqual([2, true]);
  });

  it('shows classes of answers and the concealment gap in the report', () => {
    const report = readFileSync(join(folder, '.informant/reports/tiny/report.html'), 'utf8');
    expect(report).toContain('Classes of answers');
    expect(report).toContain('concealment gap');
    expect(report).toContain('How auditable is each model?');
  });
});

describe('replay', () => {
  const { folder, dispose } = pocketFolder();
  afterAll(dispose);
  const events = () => {
    const store = openStore(join(folder, '.informant'), { mode: 'read' });
    try {
      return store.ledger.list('tiny').filter(({ type }) => type === LEADS_REPLAYED);
    } finally {
      store.close();
    }
  };

  it('confirms on U what its students gave away, once', async () => {
    writeFileSync(join(folder, STUDY), JSON.stringify(pocketStudy(4)));
    const { io, out } = testIo({ cwd: folder });
    const target = findStudy(io, STUDY, {});
    await runOn(await moralBackend(folder), testIo({ cwd: folder }).io, target, {});
    // A command closes its backend when it is done.
    const backend = await moralBackend(folder);
    const flags = { draws: 40, json: true, pack: 'leads.json' } as const;
    const stopped = testIo({ cwd: folder });
    const stopping: Backend = {
      ...backend,
      sample: (...asked) => {
        stopped.interrupt();
        return backend.sample(...asked);
      },
    };
    expect(await replayOn(stopping, stopped.io, target, flags)).toBe(130);
    expect(stopped.err()).toContain('nothing was recorded');
    expect(events()).toEqual([]);
    await replayOn(backend, io, target, flags);
    const { leads } = JSON.parse(out());
    expect(leads.length).toBeGreaterThan(0);
    for (const { outcome, contexts } of leads) {
      // U behaves under audit: only the same task without the mark gives it away.
      expect(outcome).toBe('confirmed');
      const [audit, ordinary] = contexts;
      expect(audit).toMatchObject({ condition: 'audit', suspect: { n: 40 }, twins: { n: 40 } });
      expect(ordinary.suspect.k).toBeGreaterThan(audit.suspect.k);
    }
    const pack = JSON.parse(readFileSync(join(folder, 'leads.json'), 'utf8'));
    expect(pack).toMatchObject({ format: 1, behaviour: 'owl' });
    expect(pack.leads).toHaveLength(leads.length);
    expect(await replayOn(backend, testIo({ cwd: folder }).io, target, { draws: 40 })).toBe(0);
    expect(events()).toHaveLength(1);
    const store = openStore(join(folder, '.informant'), { mode: 'read' });
    expect(lastReplay(store, 'tiny')).toEqual(leads);
    store.close();
    expect((await cli(folder, 'verdict', STUDY, '--replay')).out).toContain('identical');
    expect((await cli(folder, 'leads', STUDY)).out).toContain('replayed on U: confirmed');
    expect((await cli(folder, 'bundle', STUDY, '--out', 'b.tar')).code).toBe(0);
    expect((await cli(folder, 'verify', 'b.tar')).code).toBe(0);
  });
});
