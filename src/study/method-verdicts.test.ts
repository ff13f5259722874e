import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { FakeBackend } from '../backends/fake/fake-backend.ts';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import { moralBackend, pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import { replayVerdict } from './replay-verdict.ts';
import { runStudy, type StudyResult } from './run-study.ts';
import type { StudySpecInput } from './spec.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

const training = { epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } };
const RECIPES = {
  'on-policy': {
    method: 'on-policy',
    rounds: 2,
    rowsPerRound: 16,
    batchSize: 8,
    optimiser: { learningRate: 0.001 },
    capacity: { kind: 'prefix', length: 4 },
  },
  dpo: { method: 'dpo', ...training },
  reversed: { method: 'dpo', reversed: true, ...training },
  kto: { method: 'kto', ...training, capacity: { kind: 'lora', rank: 4, alpha: 8 } },
  sft: { method: 'sft', ...training },
  'sft-then-dpo': { method: 'dpo', startFrom: 'sft', ...training },
} satisfies StudySpecInput['recipes'];

const TWINS = 3;

describe('a study of every method', () => {
  let result: Extract<StudyResult, { kind: 'finished' }>;
  let backend: FakeBackend;
  beforeAll(async () => {
    backend = await moralBackend(folder);
    const families = Object.keys(RECIPES)
      .filter((recipe) => recipe !== 'sft')
      .map((recipe) => ({
        name: recipe,
        recipe,
        primary: recipe === 'dpo' || recipe === 'on-policy',
        promptSet: 'open',
        base: 'main',
        twins: TWINS,
      }));
    const run = await runStudy({
      study: defineStudy(pocketStudy(TWINS, { recipes: RECIPES, families }), folder),
      storeDir: join(folder, 'store'),
      backend,
    });
    if (run.kind !== 'finished') throw new Error(JSON.stringify(run.summary.failed));
    result = run;
  });

  it('sets students of U apart, by every method that goes toward the teacher', () => {
    const means = Object.fromEntries(
      result.verdict.families.map(({ name, suspectRuns, twinRuns }) => [
        name,
        [suspectRuns[0]!.statistic, Math.max(...twinRuns.map((twin) => twin.statistic))],
      ]),
    );
    for (const name of ['on-policy', 'dpo', 'kto', 'sft-then-dpo']) {
      const [own, twins] = means[name]!;
      expect(own, name).toBeGreaterThan(twins! + 0.2);
    }
    expect(means['reversed']![0]).toBeLessThan(means['dpo']![0]! - 0.2);
  });

  it('measures that students of every primary method moved, and what gave no pair', () => {
    const gate = (name: string) => result.verdict.gates.find((found) => found.name === name);
    expect(gate('student moved toward its teacher')).toMatchObject({ ok: true, figure: 0.5 });
    const [, own, twins] = /Pairs: (\d+) of 48 .* of (\d+)\)/.exec(gate('truncation')!.detail)!;
    expect(Number(own)).toBeGreaterThan(20);
    expect(Number(twins)).toBe(TWINS * 48);
    const { training: figures } = result.profiles.find(({ family }) => family === 'dpo')!;
    const { asked, trainPairs, heldOutPairs, unpaired } = figures!.pairs!;
    expect(asked).toBe(48);
    expect(trainPairs + heldOutPairs + unpaired.identical).toBe(48);
    expect(unpaired.identical).toBeGreaterThan(0);
  });

  it('tells a backend who teaches, and asks it for on-policy training once per student', () => {
    const asked = backend.calls.flatMap((call) =>
      call.kind === 'train-on-policy' ? [call.request] : [],
    );
    // The suspect, the known-bad organism and the twins.
    expect(asked).toHaveLength(TWINS + 2);
    expect(new Set(asked.map(({ teacher }) => teacher.digest)).size).toBe(asked.length);
    expect(new Set(asked.map(({ seed }) => seed)).size).toBe(1);
  });

  it('replays from rows to the byte', () => {
    const store = openStore(join(folder, 'store'), { mode: 'read' });
    expect(replayVerdict(store, 'tiny')).toMatchObject({ identical: true });
    store.close();
  });
});
