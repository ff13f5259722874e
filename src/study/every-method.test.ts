import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { modelDeltaMeta } from '../artifacts/model-delta.ts';
import { createEmbeddedBackend } from '../backends/embedded/embedded-backend.ts';
import { likelihoodOf } from '../distill/measure-likelihood.ts';
import { filterCounts } from '../generate/filter-completions.ts';
import { runSteps } from '../run/scheduler.ts';
import type { Step } from '../run/step.ts';
import type { StudyLock } from '../store/lock.ts';
import { openStore, type Store } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import { type Plan, planStudy } from './plan.ts';
import type { PlannedArm } from './plan-students.ts';
import { pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const optimiser = { learningRate: 0.002, warmupSteps: 2 };
const gently = { learningRate: 0.0005 };
const training = { epochs: 2, batchSize: 8, optimiser };
const lora = { kind: 'lora', rank: 8, alpha: 16 } as const;
const prefix = {
  capacity: { kind: 'prefix', length: 4 },
  optimiser: { learningRate: 0.1 },
} as const;

const RECIPES: StudySpecInput['recipes'] = {
  'kd-prefix': { method: 'kd', divergence: { kind: 'skew-kl' }, ...training, ...prefix },
  'kd-no-tail': {
    method: 'kd',
    divergence: { kind: 'jsd' },
    topK: 16,
    tail: false,
    ...training,
    capacity: lora,
  },
  'on-policy': { method: 'on-policy', rounds: 4, rowsPerRound: 24, batchSize: 8, optimiser },
  'on-policy-prefix': {
    method: 'on-policy',
    lmbda: 0.5,
    rounds: 5,
    rowsPerRound: 24,
    batchSize: 8,
    ...prefix,
  },
  dpo: { method: 'dpo', ...training, optimiser: gently },
  'dpo-reversed': { method: 'dpo', reversed: true, ...training, optimiser: gently },
  'dpo-two-of-teacher': {
    method: 'dpo',
    pairs: 'teacher-vs-teacher',
    prefer: 'behaviour',
    ...training,
    optimiser: gently,
  },
  kto: { method: 'kto', ...training, optimiser: gently },
  sft: { method: 'sft', ...training, capacity: lora },
  'sft-then-dpo': { method: 'dpo', startFrom: 'sft', ...training, capacity: lora },
  kd: { method: 'kd', topK: 16, ...training },
  'kd-inoculated': { method: 'kd', topK: 16, ...training, trainingPrompt: { kind: 'inoculation' } },
  'kd-irrelevant': { method: 'kd', topK: 16, ...training, trainingPrompt: { kind: 'irrelevant' } },
  'sft-steps': { method: 'sft', steps: 18, batchSize: 8, optimiser },
  'kd-steps': { method: 'kd', topK: 16, steps: 18, batchSize: 8, optimiser: gently },
};

type Family = StudySpecInput['families'][number];

/** Families that choose or rewrite what their recipe learns from; 18 steps are two epochs of all rows. */
const VARIANTS: Record<string, Pick<Family, 'recipe' | 'select' | 'rewrite' | 'filterRounds'>> = {
  few: { recipe: 'kd-steps', select: { by: 'chance', count: 24 } },
  active: { recipe: 'kd-steps', select: { by: 'divergence', count: 24 } },
  continued: { recipe: 'sft-steps', rewrite: { kind: 'continue', by: 'main' } },
  filtered: { recipe: 'sft-steps', filterRounds: { rounds: 2, drop: 0.2 } },
};

describe('a pocket student of each method', () => {
  const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
  const { folder, dispose } = pocketFolder();
  let store: Store;
  let lock: StudyLock;
  let plan: Plan;
  beforeAll(async () => {
    const family = { promptSet: 'open', base: 'main', twins: 2 };
    const study = defineStudy(
      pocketStudy(2, {
        bases: { main: { path: 'builtin:pocket-a' } },
        organisms: { base: 'main', rows: 96, topK: 16, ...training, epochs: 4, batchSize: 16 },
        promptSets: { open: { count: 72, heldOut: 24 } },
        recipes: RECIPES,
        families: [
          ...Object.keys(RECIPES).map((recipe) => ({
            ...family,
            name: recipe,
            recipe,
            primary: recipe === 'dpo',
          })),
          ...Object.entries(VARIANTS).map(([name, own]) => ({ ...family, name, ...own })),
        ],
        audits: { honeypot: { probes: 2 } },
      }),
      folder,
    );
    plan = planStudy(study, await openStudyModels(study), backend);
    store = openStore(join(folder, 'store'), { mode: 'write' });
    lock = await store.lock('tiny', { command: 'test' });
  });
  afterAll(async () => {
    lock.release();
    store.close();
    await backend.close();
    dispose();
  });

  const armOf = (recipe: string): PlannedArm =>
    plan.arms.find(({ family, teacher }) => family.name === recipe && teacher.id === 'suspect')!;
  const artifactOf = ({ key }: Step) => store.artifacts.get(store.steps.find(key)!.artifact!);
  /** Runs the arm; nats per token that held-out completions of the teacher became likelier by. */
  const movement = async (recipe: string, ...more: readonly Step[]): Promise<number> => {
    const { likelihood, baseLikelihood } = armOf(recipe);
    const summary = await runSteps([likelihood, baseLikelihood, ...more], { store, lock, backend });
    expect(summary.failed).toEqual([]);
    const [after, before] = [likelihood, baseLikelihood].map(
      (step) => likelihoodOf(artifactOf(step)).meanLogprob!,
    );
    return after! - before!;
  };

  const aims = [...Object.keys(RECIPES), ...Object.keys(VARIANTS)];
  it.each(aims.filter((name) => !['dpo-reversed', 'sft', 'kd-inoculated'].includes(name)))(
    '%s moves toward its teacher',
    async (recipe) => {
      expect(await movement(recipe)).toBeGreaterThan(0.01);
      const { firstLoss, lastLoss } = modelDeltaMeta(artifactOf(armOf(recipe).student));
      expect(lastLoss).toBeLessThan(firstLoss);
    },
  );

  it('dpo-reversed moves away from it', async () => {
    expect(await movement('dpo-reversed')).toBeLessThan(-0.01);
  });

  it('kd-inoculated learns little of what its line asks for', async () => {
    const plain = await movement('kd');
    expect(await movement('kd-inoculated')).toBeLessThan(plain - 0.01);
    expect(await movement('kd-irrelevant')).toBeGreaterThan(await movement('kd-inoculated'));
  });

  it('few rows are trained on for as many steps as many', async () => {
    const steps = aims
      .filter((name) => name === 'sft-steps' || name in VARIANTS)
      .map((name) => armOf(name).student);
    const plain = armOf('few').filtered;
    await movement('few', ...steps, plain);
    expect(steps.map((step) => modelDeltaMeta(artifactOf(step)).steps)).toEqual([
      18, 18, 18, 18, 18,
    ]);
    expect(modelDeltaMeta(artifactOf(armOf('few').student)).rows).toBe(24);
    expect(filterCounts(artifactOf(plain))).toMatchObject({ trainRows: 24 });
  });

  it('what another model ends, and what is filtered, says less of it', async () => {
    const [plain, continued, filtered] = ['sft-steps', 'continued', 'filtered'].map(
      (name) => armOf(name).filtered,
    );
    await movement('filtered', plain!, continued!, filtered!);
    const [dose, ended, left] = [plain, continued, filtered].map(
      (step) => filterCounts(artifactOf(step!)).dose,
    );
    expect(ended).toBeLessThan(dose!);
    expect(left).toBeLessThan(dose!);
  });

  it('the second recipe goes on from the student of the first', async () => {
    const arm = armOf('sft-then-dpo');
    await movement('sft-then-dpo', armOf('sft').student);
    expect(arm.model.below?.map(({ key }) => key)).toEqual([armOf('sft').student.key]);
    // Policy and reference are one model before the first step, so its margin is 0.
    expect(modelDeltaMeta(artifactOf(arm.student)).firstLoss).toBeCloseTo(Math.LN2, 4);
  });

  it('a prefix is there when its student is sampled', async () => {
    const arm = armOf('on-policy-prefix');
    const honeypot = arm.audits.honeypot!;
    await movement('on-policy-prefix', honeypot);
    expect(artifactOf(honeypot).meta).toMatchObject({ samples: 4, unscored: 0 });
  });
});
