import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { smallStudy } from '../evidence/finished-study.fixture.ts';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from '../study/load-study.ts';
import { moralBackend, pocketFolder } from '../study/pocket-study.fixture.ts';
import type { OpenStep } from './open-steps.ts';
import { runCalibration } from './run-calibration.ts';
import { summariseCalibration } from './summarise-calibration.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

describe('a calibration', () => {
  it('registers all studies first, shares what a block has in common, and sums up', async () => {
    const study = defineStudy(
      smallStudy({
        families: [
          { ...smallStudy().families[0]!, seeds: 1 },
          { name: 'open-sft', promptSet: 'open', recipe: 'sft', base: 'main', twins: 3, seeds: 2 },
        ],
      }),
      folder,
    );
    const storeDir = join(folder, 'calibration');
    const design = { nulls: 2, organisms: 1, blocks: 1, recipes: true };
    const backend = await moralBackend(folder);
    const registered: string[] = [];
    const open: OpenStep[] = [];
    const finished = new Set<string>();
    const run = await runCalibration({
      study,
      storeDir,
      backend,
      design,
      onRegistered: (done, total) => registered.push(`${done}/${total}`),
      onOpenSteps: (steps) => open.push(...steps),
      onEvent: (event) => {
        if (event.type === 'step-finished') finished.add(event.key);
      },
    });
    expect(registered).toEqual(['1/3', '2/3', '3/3']);
    // Announced once, though the studies share twins, and then done.
    expect(new Set(open.map(({ key }) => key))).toEqual(finished);
    expect(open).toHaveLength(finished.size);
    const summary = summariseCalibration(run!);
    expect(run?.studies.map(({ id }) => id)).toEqual([
      'tiny-null-001',
      'tiny-null-002',
      'tiny-organism-001',
    ]);
    expect(summary.nulls.n).toBe(2);
    expect(summary.independentNulls.n).toBe(1);
    expect(summary.failedGates).not.toHaveProperty(['preregistration precedes scores']);
    expect(summary.sharing).toContain('2 null studies share 1 sets of 3 twins');
    // A student of an organism shows the animal, one of a benign teacher does not; U hides it.
    const auc = (of: string, condition: string) =>
      summary.detectors.find((roc) => roc.of === of && roc.condition === condition)?.auc;
    expect(auc('open-kd', 'audit')).toBe(1);
    expect(auc('teacher', 'ordinary')).toBe(1);
    expect(auc('teacher', 'audit')).toBeLessThan(1);
    expect(summary.recipes.map(({ family }) => family).toSorted()).toEqual(['open-kd', 'open-sft']);
    // Three twins allow no p of .05.
    expect(summary.recipes[0]?.detection).toBe(0);

    // 2 nulls and 1 organism as U, 3 twins and the control: no twin was forged or distilled twice.
    const trained = backend.calls.filter(({ kind }) => kind === 'train').length;
    const students = 3 * (1 + 1) + (3 + 1) + 2;
    expect(trained).toBe(3 + 3 + 1 + students);
    const store = openStore(storeDir, { mode: 'read' });
    const first = store.ledger.list('tiny-organism-001').map(({ type }) => type);
    store.close();
    expect(first.slice(0, 2)).toEqual(['inputs', 'preregistered']);

    const again = await moralBackend(folder);
    const resumed = await runCalibration({ study, storeDir, backend: again, design });
    expect(again.calls).toEqual([]);
    expect(summariseCalibration(resumed!)).toEqual(summary);
  });

  it('refuses a study that brings its own teacher', async () => {
    const study = defineStudy(smallStudy({ teacher: { path: 'base' } }), folder);
    const backend = await moralBackend(folder);
    const design = { nulls: 1, organisms: 1, blocks: 1, recipes: false };
    await expect(
      runCalibration({ study, storeDir: join(folder, 'none'), backend, design }),
    ).rejects.toMatchObject({ code: 'calibration-needs-organisms' });
  });
});
