import { afterAll, describe, expect, it, vi } from 'vitest';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { runSmallStudy, smallStudy } from '../evidence/finished-study.fixture.ts';
import { defineStudy } from './load-study.ts';
import { planStudy } from './plan.ts';
import { pocketFolder } from './pocket-study.fixture.ts';
import { plannedSteps } from './register-study.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

const withCheckpoints = (checkpoints?: number[], recipe = 'kd'): Partial<StudySpecInput> => {
  const spec = smallStudy();
  return {
    recipes: {
      ...spec.recipes,
      'sft-then-dpo': {
        method: 'dpo',
        startFrom: 'sft',
        epochs: 2,
        batchSize: 4,
        optimiser: { learningRate: 0.001 },
      },
    },
    families: [{ ...spec.families[0]!, recipe, seeds: 1, ...(checkpoints && { checkpoints }) }],
  };
};

const plan = async (...changes: Parameters<typeof withCheckpoints>) => {
  const study = defineStudy(smallStudy(withCheckpoints(...changes)), folder);
  return planStudy(study, await openStudyModels(study), createFakeBackend());
};

describe('the plan of a family with checkpoints', () => {
  it('adds steps, and changes neither those there were nor the registration', async () => {
    const [plain, more] = [await plan(), await plan([0, 0.25, 0.5])];
    const keys = new Set(more.steps.map(({ key }) => key));
    expect(plain.steps.every(({ key }) => keys.has(key))).toBe(true);
    expect(more.manifest.registration).toBe(plain.manifest.registration);
    const trainings = more.steps.filter(({ params }) => 'stopAtShare' in params);
    expect(trainings).toHaveLength(2 * more.arms.length);
    expect(more.costTokens).toBeGreaterThan(plain.costTokens);
    const names = new Set(plannedSteps(more).map(({ arm }) => arm));
    expect(names).toContain('suspect-open-kd-main-s1-at-0.25');
  });

  it('audits the base once for all arms at share 0', async () => {
    const { arms } = await plan([0]);
    const audits = arms.map(({ checkpoints }) => checkpoints[0]!.audits.honeypot!.key);
    expect(new Set(audits).size).toBe(1);
  });

  it('stops the last of several trainings, and starts from the one before', async () => {
    const { arms } = await plan([0, 0.5], 'sft-then-dpo');
    const [start, half] = arms[0]!.checkpoints;
    expect(start!.model.delta?.params).toMatchObject({ method: 'sft' });
    expect(half!.student?.params).toMatchObject({ method: 'dpo', stopAtShare: 0.5 });
    expect(half!.student?.inputs['start']?.key).toBe(start!.model.delta?.key);
  });

  it('refuses checkpoints that do not rise, and the end itself', () => {
    const define =
      (...shares: number[]) =>
      () =>
        defineStudy(smallStudy(withCheckpoints(shares)), folder);
    expect(define(0.5, 0.5)).toThrow('must rise');
    expect(define(0.5, 1)).toThrow('checkpoints');
  });
});

describe('a study with checkpoints', () => {
  it('profiles every student along its training', async () => {
    const result = await runSmallStudy(folder, 'along', withCheckpoints([0, 0.5]));
    if (result.kind !== 'finished') throw new Error(JSON.stringify(result.summary.failed));
    const students = result.profiles.filter(({ family }) => family !== null);
    for (const { checkpoints, training } of students) {
      expect(checkpoints?.map(({ share }) => share)).toEqual([0, 0.5]);
      const [before, half] = checkpoints!;
      expect(before).toMatchObject({ step: 0, movement: 0 });
      expect(half!.movement).toBeGreaterThan(0);
      expect(half!.step).toBeLessThanOrEqual(training!.steps);
      expect(half!.figures.map(({ audit }) => audit)).toContain('capability');
    }
    const [plain] = result.profiles.filter(({ family }) => family === null);
    expect(plain).not.toHaveProperty('checkpoints');
  });
});
