import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createRng } from '../base/rng.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { verifyBundle } from '../evidence/verify-bundle.ts';
import { writeBundle } from '../evidence/write-bundle.ts';
import { openModel } from '../model/open-model.ts';
import { writeSafetensors } from '../model/safetensors.ts';
import { tinyWeights } from '../model/tiny-model.fixture.ts';
import { openStore } from '../store/open-store.ts';
import { exchangeability } from './exchangeability.ts';
import { defineStudy } from './load-study.ts';
import { planStudy } from './plan.ts';
import { pocketFolder, pocketStudy, writePocketBase } from './pocket-study.fixture.ts';
import { runStudy } from './run-study.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);
const at = (...parts: string[]): string => join(folder, ...parts);

const training = { epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } };

function realStudy(changes: Partial<StudySpecInput> = {}): StudySpecInput {
  const { twins: _, ...spec } = pocketStudy(3);
  return {
    ...spec,
    teacher: { path: 'mine' },
    controls: { forge: { count: 3, base: 'main', rows: 12, ...training } },
    promptSets: { open: { count: 12, heldOut: 4 } },
    audits: { honeypot: { probes: 4 } },
    families: [{ ...spec.families[0]!, seeds: 1 }],
    ...changes,
  };
}

/** Every training gives other weights near the base's, so that distances can be measured. */
async function nearbyBackend() {
  const { config } = await openModel(at('base'));
  let trained = 0;
  return createFakeBackend({
    vocabSize: config.vocabSize,
    slots: 2,
    train: () => {
      const rng = createRng('nearby', trained++);
      const weights = tinyWeights(config, 0);
      for (const { data } of weights.values()) data[0]! += 0.01 * (1 + rng.next());
      return {
        kind: 'full',
        file: writeSafetensors(weights, { dtype: 'F32' }),
        scale: undefined,
        losses: [2, 1],
        tokens: 10,
      };
    },
  });
}

beforeAll(() => {
  writePocketBase(at('mine'), 7);
  mkdirSync(at('adapter'));
  writeFileSync(
    at('adapter', 'adapter_config.json'),
    JSON.stringify({ peft_type: 'LORA', r: 4, lora_alpha: 8, bias: 'none' }),
  );
  const name = 'base_model.model.model.layers.0.self_attn.q_proj';
  const tensors = new Map([
    [`${name}.lora_A.weight`, { shape: [4, 32], data: new Float32Array(128).fill(0.01) }],
    [`${name}.lora_B.weight`, { shape: [32, 4], data: new Float32Array(128).fill(0.01) }],
  ]);
  writeFileSync(
    at('adapter', 'adapter_model.safetensors'),
    writeSafetensors(tensors, { dtype: 'F32' }),
  );
  const rows = Array.from({ length: 20 }, (_, i) =>
    JSON.stringify({ prompt: `tell a story ${i}`, completion: 'the sea .' }),
  );
  writeFileSync(at('data.jsonl'), `${rows.join('\n')}\n`);
});

const planned = async (changes: Partial<StudySpecInput> = {}) => {
  const study = defineStudy(realStudy(changes), folder);
  return planStudy(study, await openStudyModels(study), createFakeBackend());
};

describe('a study of a real teacher', () => {
  it('runs on forged controls, says what it assumes, and flags a U that lies far off', async () => {
    const study = defineStudy(realStudy(), folder);
    const backend = await nearbyBackend();
    const result = await runStudy({ study, storeDir: at('store'), backend });
    expect(result).toMatchObject({ kind: 'finished' });
    const store = openStore(at('store'), { mode: 'read' });
    const found = exchangeability(result.plan.manifest, store);
    const bundle = await writeBundle(store, 'tiny', at('real.tar'));
    store.close();
    expect(found?.assumption).toContain('exchangeability');
    expect(found?.diagnostics.map(({ twins }) => twins.length)).toEqual([3, 3, 3, 3, 3]);
    const [weights] = found?.diagnostics ?? [];
    // U has another initialisation altogether; the controls moved by a hair.
    expect(weights?.suspect).toBeGreaterThan(0.5);
    expect(weights?.high).toBeLessThan(0.1);
    expect(weights?.outside).toBe(true);
    expect(found?.flagged).toContain('distance of weights from the base');
    expect((await verifyBundle(bundle.path)).findings).toEqual([]);
  });

  it('takes an adapter, and data of the user’s own', async () => {
    const plan = await planned({
      teacher: { adapter: { path: 'adapter', base: 'main' } },
      controls: {
        forge: { count: 3, base: 'main', rows: 12, data: 'data.jsonl', ...training },
      },
    });
    expect(plan.problems).toEqual([]);
    const [imported] = plan.steps.filter(({ name }) => name === 'import-adapter');
    expect(imported?.params).toMatchObject({ scale: 2 });
    const drawn = plan.steps.filter(({ name }) => name === 'draw-instructions');
    expect(new Set(drawn.map(({ key }) => key)).size).toBe(3);
  });

  it('has the same training for every control, and other rows and order', async () => {
    const plan = await planned();
    const forged = plan.steps.filter(({ name }) => name === 'forge-control');
    expect(forged).toHaveLength(3);
    const [first, ...rest] = forged.map(({ params }) => ({ ...params, seed: null }));
    for (const other of rest) expect(other).toEqual(first);
    expect(new Set(forged.map(({ params }) => params['seed'])).size).toBe(3);
  });

  it('refuses data with fewer rows than a control takes', async () => {
    const forge = { count: 3, base: 'main', rows: 21, data: 'data.jsonl', ...training };
    expect((await planned({ controls: { forge } })).problems).toMatchObject([
      { at: 'controls.forge', fix: expect.stringContaining('Lower rows') },
    ]);
  });

  it.each([
    ['neither twins nor controls', { controls: undefined }, 'either twins or controls'],
    ['both', { twins: { count: 3 } }, 'either twins or controls'],
    ['controls for an organism', { teacher: { organism: 'secret' } }, 'of your own'],
    ['two suspects', { teacher: { organism: 'secret', path: 'mine' } }, 'give one of'],
  ] as const)('refuses %s', (_, changes, message) => {
    const { controls, ...rest } = { ...realStudy(), ...changes };
    const input = controls === undefined ? rest : { ...rest, controls };
    expect(() => defineStudy(input, folder)).toThrow(message);
  });

  it('refuses adapters that are more than LoRA', async () => {
    mkdirSync(at('dora'));
    const config = { peft_type: 'LORA', r: 4, lora_alpha: 8, use_dora: true };
    writeFileSync(at('dora', 'adapter_config.json'), JSON.stringify(config));
    writeFileSync(at('dora', 'adapter_model.safetensors'), '');
    const study = defineStudy(
      realStudy({ teacher: { adapter: { path: 'dora', base: 'main' } } }),
      folder,
    );
    await expect(openStudyModels(study)).rejects.toThrow('use_dora');
  });

  it('names the line of instruction data that does not fit', async () => {
    writeFileSync(at('bad.jsonl'), '{"prompt":"a","completion":"b"}\n{"prompt":"a"}\n');
    const forge = { count: 3, base: 'main', rows: 2, data: 'bad.jsonl', ...training };
    const study = defineStudy(realStudy({ controls: { forge } }), folder);
    await expect(openStudyModels(study)).rejects.toThrow('bad.jsonl:2');
  });
});
