import { join } from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { modelDeltaMeta } from '../artifacts/model-delta.ts';
import { CAPABILITIES, type Capability } from '../backends/backend.ts';
import { createEmbeddedBackend } from '../backends/embedded/embedded-backend.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { likelihoodOf } from '../distill/measure-likelihood.ts';
import { runSteps } from '../run/scheduler.ts';
import type { Step } from '../run/step.ts';
import { openStore } from '../store/open-store.ts';
import { defineStudy } from './load-study.ts';
import { type Plan, planStudy } from './plan.ts';
import type { PlannedArm } from './plan-students.ts';
import { moralBackend, pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

// Every step is a few durable commits, which a busy disk makes slow.
vi.setConfig({ testTimeout: 120_000 });

const { folder, dispose } = pocketFolder();
afterAll(dispose);

const training = { epochs: 2, batchSize: 8, optimiser: { learningRate: 0.002, warmupSteps: 2 } };
const top = { kind: 'divergent', quantile: 0.8 } as const;
const RECIPES: StudySpecInput['recipes'] = {
  kd: { method: 'kd', topK: 4, ...training },
  'kd-all': { method: 'kd', topK: 4, ...training, tokens: { kind: 'all' } },
  'kd-divergent': { method: 'kd', topK: 4, ...training, tokens: top },
  'sft-agreeing': { method: 'sft', ...training, tokens: { ...top, kind: 'agreeing' } },
};

const studyOf = (recipes = RECIPES, changes: Partial<StudySpecInput> = {}) =>
  defineStudy(
    pocketStudy(2, {
      recipes,
      promptSets: { open: { count: 24, heldOut: 8 } },
      families: Object.keys(recipes).map((recipe, i) => ({
        name: recipe,
        recipe,
        primary: i === 0,
        promptSet: 'open',
        base: 'main',
        twins: 2,
        ...(i === 0 && { divergence: true }),
      })),
      ...changes,
    }),
    folder,
  );
const planOf = async (
  study = studyOf(),
  capabilities: readonly Capability[] = CAPABILITIES,
): Promise<Plan> =>
  planStudy(study, await openStudyModels(study), createFakeBackend({ capabilities }));
const armOf = ({ arms }: Plan, family: string): PlannedArm =>
  arms.find((arm) => arm.family.name === family && arm.teacher.id === 'suspect')!;

/** Runs these steps; what they left behind, by key. */
async function run(
  name: string,
  steps: readonly Step[],
  backend: Parameters<typeof runSteps>[1]['backend'],
) {
  const store = openStore(join(folder, name), { mode: 'write' });
  const lock = await store.lock('tiny', { command: 'test' });
  const summary = await runSteps(steps, { store, lock, backend });
  expect(summary.failed).toEqual([]);
  const artifacts = steps.map(({ key }) => store.artifacts.get(store.steps.find(key)!.artifact!));
  lock.release();
  store.close();
  return artifacts;
}

describe('the plan of a recipe that chooses tokens', () => {
  it('compares teacher and base once for all arms, and leaves other students alone', async () => {
    const plan = await planOf();
    const [whole, all, masked, agreeing] = Object.keys(RECIPES).map((name) => armOf(plan, name));
    expect(all!.student.key).toBe(whole!.student.key);
    expect(masked!.student.key).not.toBe(whole!.student.key);
    expect(masked!.student.params).toMatchObject({ tokens: top });
    const key = whole!.divergence.fromBase.key;
    for (const arm of [masked, agreeing]) {
      expect(arm!.student.inputs['divergence']?.key).toBe(key);
      expect(arm!.divergence.fromStudent).toBeUndefined();
    }
    const compared = plan.steps.filter(({ name }) => name === 'measure-divergence');
    // Three teachers and the known-bad organism: base for each, students of the first family.
    expect(compared).toHaveLength(8);
  });

  it.each([
    ['dpo', { method: 'dpo', ...training, tokens: top }, 'weighs whole completions'],
    ['kto', { method: 'kto', ...training, tokens: top }, 'weighs whole completions'],
    [
      'on-policy',
      {
        method: 'on-policy',
        rounds: 2,
        rowsPerRound: 8,
        batchSize: 8,
        optimiser: { learningRate: 0.001 },
        tokens: top,
      },
      'the student writes them',
    ],
  ] satisfies [string, StudySpecInput['recipes'][string], string][])(
    'refuses %s, which takes no token weights',
    (_, recipe, why) => {
      expect(() => studyOf({ odd: recipe })).toThrow(why);
    },
  );

  it('refuses a line drawn twice, or not at all', () => {
    for (const tokens of [
      { kind: 'divergent' },
      { kind: 'divergent', quantile: 0.5, threshold: 1 },
    ] as const) {
      expect(() => studyOf({ kd: { method: 'kd', ...training, tokens } })).toThrow(
        'either quantile or threshold',
      );
    }
  });

  it('names what a backend lacks', async () => {
    const has = CAPABILITIES.filter((capability) => capability !== 'score-divergence');
    const { problems } = await planOf(studyOf(), has);
    expect(problems.map(({ at }) => at)).toEqual([
      'recipes.kd-divergent.tokens',
      'recipes.sft-agreeing.tokens',
      'families.kd.divergence',
    ]);
  });
});

describe('students of chosen tokens', () => {
  it('are trained with weights of 0 and 1', async () => {
    const backend = await moralBackend(folder);
    const plan = await planOf();
    const { student } = armOf(plan, 'kd-divergent');
    const [delta] = await run('fake', [student], backend);
    const asked = backend.calls.flatMap((call) =>
      call.kind === 'train' && call.request.objective.kind === 'kd'
        ? [call.request.objective.tokenWeights]
        : [],
    );
    const weights = asked.at(-1)!;
    const counted = weights.filter((weight) => weight === 1).length;
    expect(new Set(weights)).toEqual(new Set([0, 1]));
    expect(counted / weights.length).toBeCloseTo(0.2, 1);
    expect(delta!.meta['countedTokens']).toEqual({ counted, of: weights.length });
  });
});

describe('a pocket teacher', () => {
  it('is far from its base where its student comes near, and half-way half as much', async () => {
    const backend = createEmbeddedBackend({ workers: 0, threads: 1 });
    const family = { promptSet: 'open', base: 'main', twins: 2 };
    const study = studyOf(RECIPES, {
      bases: { main: { path: 'builtin:pocket-a' } },
      organisms: { base: 'main', rows: 96, topK: 16, ...training, epochs: 4, batchSize: 16 },
      promptSets: { open: { count: 72, heldOut: 24 } },
      recipes: {
        kd: { method: 'kd', topK: 16, ...training },
        'kd-divergent': { method: 'kd', topK: 16, ...training, tokens: top },
      },
      families: [
        {
          ...family,
          name: 'kd',
          recipe: 'kd',
          primary: true,
          divergence: true,
          checkpoints: [0.5],
        },
        { ...family, name: 'kd-divergent', recipe: 'kd-divergent' },
      ],
    });
    const plan = planStudy(study, await openStudyModels(study), backend);
    const [arm, masked] = [armOf(plan, 'kd'), armOf(plan, 'kd-divergent')];
    const { fromBase, fromStudent } = arm.divergence;
    const [half] = arm.checkpoints;
    const steps = [fromBase, fromStudent!, masked.student, half!.student!, arm.student];
    const scores = [arm.baseLikelihood, half!.likelihood, arm.likelihood, masked.likelihood];
    const artifacts = await run('real', [...steps, ...scores], backend);
    await backend.close();
    const [base, student] = artifacts.slice(0, 2).map(({ meta }) => Number(meta['mean']));
    expect(base).toBeGreaterThan(0.01);
    expect(student).toBeLessThan(0.8 * base!);
    const [, , ofMasked, ofHalf, ofWhole] = artifacts;
    expect(modelDeltaMeta(ofMasked!).lastLoss).toBeLessThan(modelDeltaMeta(ofMasked!).firstLoss);
    expect(modelDeltaMeta(ofHalf!).steps).toBe(modelDeltaMeta(ofWhole!).steps / 2);
    const [before, between, after, chosen] = artifacts
      .slice(5)
      .map((artifact) => likelihoodOf(artifact).meanLogprob!);
    expect(between).toBeGreaterThan(before!);
    expect(after).toBeGreaterThan(between!);
    expect(chosen).toBeGreaterThan(before!);
  });
});
