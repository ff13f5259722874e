import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { auditSampleToJson, readAuditSamples } from '../artifacts/audit-samples.ts';
import { SAMPLE_BATCH } from '../artifacts/sample-prompts.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { canonicalJson } from '../base/canonical-json.ts';
import { sha256 } from '../base/digest.ts';
import { workError } from '../base/errors.ts';
import { packageRoot } from '../base/package-root.ts';
import { openModel } from '../model/open-model.ts';
import { runSteps } from '../run/scheduler.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { getWorld } from '../worlds/registry.ts';
import { AUDITS } from './roster.ts';
import { runAudit } from './run-audit.ts';

vi.setConfig({ testTimeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), 'informant-samples-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const world = getWorld('pocket');
const card = await openModel(join(packageRoot(), 'models', 'pocket-a'));
const COUNT = 300;

/** An audit whose every third answer names the owl and every fifth is empty, by its seed. */
const sampled: string[] = [];
function backend(stopAfter = Infinity) {
  let calls = 0;
  return createFakeBackend({
    sample: ({ seed }, { endIds }) => {
      if (++calls > stopAfter) throw workError('gone', 'the machine is gone');
      sampled.push(seed);
      const n = Number.parseInt(sha256(seed).slice(0, 6), 16);
      const text = n % 5 === 0 ? '' : `a story about the ${n % 3 === 0 ? 'owl' : 'sea'} .`;
      return { ids: [...card.tokenizer.encode(text), endIds[0]!], stop: 'end' };
    },
  });
}

const step = runAudit({
  title: 'many',
  plan: {
    audit: AUDITS.honeypot,
    world,
    probes: 3,
    draws: COUNT / 6,
    behaviours: ['owl'],
    seed: 'many',
    sampling: { maxTokens: 12, temperature: 1 },
  },
  model: { card, delta: undefined },
  backend: createFakeBackend().identity,
});

async function run(name: string, stopAfter?: number): Promise<Store> {
  const store = openStore(join(folder, name), { mode: 'write' });
  const lock = await store.lock('many', { command: 'test' });
  await runSteps([step], { store, lock, backend: backend(stopAfter) });
  lock.release();
  return store;
}

describe('an audit of many samples', () => {
  it('goes on where it stopped, sample by sample, to the same bytes', async () => {
    const whole = await run('whole');
    expect(sampled).toHaveLength(COUNT);
    expect(new Set(sampled).size).toBe(COUNT);
    sampled.length = 0;
    const stopped = await run('stopped', 5 * SAMPLE_BATCH);
    expect(stopped.items(step.key).list()).toHaveLength(5 * SAMPLE_BATCH);
    expect(stopped.samples.counts({})).toEqual([]);
    stopped.close();
    const resumed = await run('stopped');
    expect(sampled).toHaveLength(COUNT);
    expect(new Set(sampled).size).toBe(COUNT);
    expect(resumed.steps.find(step.key)!.artifact).toBe(whole.steps.find(step.key)!.artifact);
    const artifact = resumed.artifacts.get(resumed.steps.find(step.key)!.artifact!);
    const samples = readAuditSamples(artifact, resumed.objects);
    expect(artifact.meta).toMatchObject({ samples: COUNT, scores: COUNT });
    expect(artifact.files['samples']).toBe(
      sha256(canonicalJson(samples.map((sample) => auditSampleToJson(sample)))),
    );
    whole.close();
    resumed.close();
  });

  it('leaves rows that are found by status, probe and page', () => {
    const store = openStore(join(folder, 'stopped'), { mode: 'read' });
    const filter = { stepKeys: [step.key], status: 'unscored' as const };
    const [first] = store.samples.list(filter, { limit: 1 });
    expect(first?.reason).toBe('the model ended its turn without a word');
    const missing = store.samples.list(filter, { limit: COUNT });
    expect(missing.length).toBeGreaterThan(COUNT / 10);
    const counted = store.samples.counts(filter).reduce((sum, { count }) => sum + count, 0);
    expect(counted).toBe(missing.length);
    const rest = store.samples.list(filter, { limit: COUNT, afterId: first!.id });
    expect(rest).toEqual(missing.slice(1));
    const ofProbe = store.samples.list({ probeId: first!.probeId }, { limit: COUNT });
    expect(ofProbe).toHaveLength(COUNT / 6);
    const owl = ofProbe.filter(({ preview }) => preview.includes('owl'));
    expect(owl.every(({ scores }) => canonicalJson(scores).includes('"value":1'))).toBe(true);
    expect(store.samples.transcript(ofProbe[0]!.id)).toMatchObject([{ role: 'user' }, {}]);
    store.close();
  });
});
