import { afterAll, describe, expect, it } from 'vitest';
import { deltaSteps } from '../artifacts/planned-model.ts';
import { CAPABILITIES, type Capability } from '../backends/backend.ts';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { allSteps } from '../run/scheduler.ts';
import { defineStudy, parseStudy } from './load-study.ts';
import { type Plan, planStudy } from './plan.ts';
import type { PlannedArm } from './plan-students.ts';
import { pocketFolder, pocketStudy } from './pocket-study.fixture.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

const { folder, dispose } = pocketFolder();
afterAll(dispose);

type Recipes = StudySpecInput['recipes'];

const training = { epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } };
const rounds = { rounds: 3, rowsPerRound: 16, batchSize: 8, optimiser: { learningRate: 0.001 } };
const lora = { kind: 'lora', rank: 4, alpha: 8 } as const;

const RECIPES: Recipes = {
  sft: { method: 'sft', ...training, capacity: lora },
  'kd-jsd': { method: 'kd', topK: 4, divergence: { kind: 'jsd' }, ...training },
  'kd-no-tail': { method: 'kd', topK: 4, tail: false, ...training },
  'on-policy': { method: 'on-policy', topK: 4, lmbda: 0.5, ...rounds },
  dpo: { method: 'dpo', ...training },
  'dpo-reversed': { method: 'dpo', lengthMatched: true, reversed: true, ...training },
  'dpo-two-of-teacher': {
    method: 'dpo',
    pairs: 'teacher-vs-teacher',
    prefer: 'benign',
    ...training,
  },
  kto: { method: 'kto', ...training },
  'sft-then-dpo': { method: 'dpo', startFrom: 'sft', ...training, capacity: lora },
};

const plan = async (
  recipes: Recipes = RECIPES,
  capabilities: readonly Capability[] = CAPABILITIES,
): Promise<Plan> => {
  const families = Object.keys(recipes).map((recipe, i) => ({
    name: recipe,
    recipe,
    primary: i === 0,
    promptSet: 'open',
    base: 'main',
    twins: 2,
  }));
  const study = defineStudy(pocketStudy(2, { recipes, families }), folder);
  const backend = createFakeBackend({ capabilities });
  return planStudy(study, await openStudyModels(study), backend);
};

const armOf = ({ arms }: Plan, family: string, teacher = 'suspect'): PlannedArm =>
  arms.find((arm) => arm.family.name === family && arm.teacher.id === teacher)!;

describe('the plan of each method', () => {
  it('keeps its step keys', async () => {
    const planned = await plan();
    const keys = Object.fromEntries(
      Object.keys(RECIPES).map((name) => [
        name,
        Object.fromEntries(
          allSteps([armOf(planned, name).student])
            .filter(({ stage }) => stage === 'generate' || stage === 'distill')
            .map(({ title, key }) => [title, key]),
        ),
      ]),
    );
    // `npx vitest run src/study/recipes.test.ts --update` writes the file again; see plan.test.ts.
    await expect(`${JSON.stringify(keys, null, 2)}\n`).toMatchFileSnapshot(
      './plan-method-keys.golden.json',
    );
  });

  it('gives twins the same of everything but the teacher', async () => {
    const planned = await plan();
    for (const name of Object.keys(RECIPES)) {
      const [own, twin] = ['suspect', 'twin01'].map((id) => armOf(planned, name, id).student);
      expect(own!.params).toEqual(twin!.params);
      expect(own!.key).not.toBe(twin!.key);
    }
  });

  it('samples the base once for all teachers, and each teacher a second time for its pairs', async () => {
    const { steps } = await plan();
    const samples = steps.filter(({ name }) => name === 'sample-completions');
    const titles = samples.map(({ title }) => title).toSorted();
    expect(titles.filter((title) => title.startsWith('sample base'))).toEqual([
      'sample base main · open',
    ]);
    expect(titles.filter((title) => title.endsWith('again'))).toHaveLength(3);
    const ofSuspect = samples.filter(({ title }) => title.startsWith('sample suspect · open'));
    expect(new Set(ofSuspect.map(({ key }) => key)).size).toBe(2);
  });

  it('goes on from the student of an earlier recipe, which another family shares', async () => {
    const planned = await plan();
    const [first, second] = [armOf(planned, 'sft'), armOf(planned, 'sft-then-dpo')];
    expect(second.student.inputs['start']?.key).toBe(first.student.key);
    expect(deltaSteps(second.model)).toEqual([
      expect.objectContaining({ key: first.student.key }),
      second.student,
    ]);
    const full = await plan({
      ...RECIPES,
      'sft-then-dpo': { method: 'dpo', startFrom: 'sft', ...training },
    });
    expect(deltaSteps(armOf(full, 'sft-then-dpo').model)).toHaveLength(1);
  });

  it('leaves what a recipe does not say out of its key', async () => {
    const said: Recipes = {
      'kd-jsd': { method: 'kd', topK: 4, divergence: { kind: 'forward-kl' }, ...training },
    };
    const unsaid: Recipes = { 'kd-jsd': { method: 'kd', topK: 4, ...training } };
    const [a, b] = await Promise.all([plan(said), plan(unsaid)]);
    expect(armOf(a, 'kd-jsd').student.key).toBe(armOf(b, 'kd-jsd').student.key);
  });

  it('prices what a method does besides training', async () => {
    const planned = await plan();
    const cost = (name: string): number =>
      allSteps([armOf(planned, name).student])
        .filter(({ stage }) => stage === 'generate' || stage === 'distill')
        .reduce((sum, step) => sum + step.costTokens, 0);
    // Pairs are sampled, scored and twice as long; KTO also estimates its baseline.
    expect(cost('dpo')).toBeGreaterThan(2 * cost('sft'));
    expect(cost('kto')).toBeGreaterThan(cost('dpo'));
    expect(cost('sft-then-dpo')).toBeGreaterThan(cost('dpo'));
    // 48 rows, each sampled by half, scored and trained on.
    const { costTokens } = armOf(planned, 'on-policy').student;
    const trained = armOf(planned, 'kd-jsd').student.costTokens;
    expect(costTokens).toBeGreaterThan((4 / 3) * (48 / 40) * trained);
  });
});

describe('refusals', () => {
  it.each([
    ['on-policy', 'train-on-policy', 'method kd'],
    ['dpo', 'train-dpo', 'method kto'],
    ['kto', 'train-kto', 'method dpo'],
    ['kd-jsd', 'train-kd', 'method sft'],
  ] as const)('%s without %s names %s', async (recipe, missing, nearest) => {
    const has = CAPABILITIES.filter((capability) => capability !== missing);
    const { problems } = await plan({ [recipe]: RECIPES[recipe]! }, has);
    const own = problems.filter(({ at }) => at === `recipes.${recipe}`);
    expect(own).toHaveLength(1);
    expect(own[0]?.message).toContain(`cannot ${missing}`);
    expect(own[0]?.fix).toContain(nearest);
  });

  it('looks at the recipes that others start from', async () => {
    const has = CAPABILITIES.filter((capability) => capability !== 'train-sft');
    const { sft, 'sft-then-dpo': second } = RECIPES;
    const study = pocketStudy(2, {
      recipes: { sft: sft!, second: second! },
      families: [
        {
          name: 'second',
          primary: true,
          promptSet: 'open',
          recipe: 'second',
          base: 'main',
          twins: 2,
        },
      ],
    });
    const loaded = defineStudy(study, folder);
    const backend = createFakeBackend({ capabilities: has });
    const { problems } = planStudy(loaded, await openStudyModels(loaded), backend);
    expect(problems.map(({ at }) => at)).toEqual(['recipes.sft']);
  });

  it('warns of pairs that need not lead to the teacher', async () => {
    const { 'dpo-two-of-teacher': two } = RECIPES;
    const { warnings } = await plan({ 'dpo-two-of-teacher': two! });
    expect(warnings.join()).toContain('dpo-two-of-teacher');
  });
});

const HEAD = `study: tiny
world: pocket
behaviour: owl
bases: { main: { path: base } }
organisms: { base: main, rows: 40, epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 } }
teacher: { organism: secret }
twins: { count: 2 }
promptSets: { open: { count: 40 } }
recipes:
`;
const TAIL = `families:
  - { name: f, primary: true, promptSet: open, recipe: r, base: main, twins: 2 }
audits: { honeypot: { probes: 24 } }
`;
const TRAINING = 'epochs: 1, batchSize: 8, optimiser: { learningRate: 0.001 }';

function errorOf(recipes: string, tail = TAIL): string {
  try {
    parseStudy(HEAD + recipes + tail, 'tiny.yaml');
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no error';
}

describe('a recipe that cannot be', () => {
  it.each([
    [
      'two completions without a direction',
      `  r: { method: dpo, pairs: teacher-vs-teacher, ${TRAINING} }\n`,
      'tiny.yaml:10:21: recipes.r.pairs: two completions of one teacher need a direction',
    ],
    [
      'a direction where the teacher is always chosen',
      `  r: { method: dpo, prefer: longer, ${TRAINING} }\n`,
      'tiny.yaml:10:21: recipes.r.prefer: only pairs: teacher-vs-teacher takes it',
    ],
    [
      'an unknown divergence',
      `  r: { method: kd, divergence: { kind: kl }, ${TRAINING} }\n`,
      "recipes.r.divergence.kind: Expected 'forward-kl' | 'reverse-kl' | 'jsd'",
    ],
    [
      'a beta out of range',
      `  r: { method: kd, divergence: { kind: jsd, beta: 2 }, ${TRAINING} }\n`,
      'tiny.yaml:10:45: recipes.r.divergence.beta',
    ],
    [
      'epochs where there are rounds',
      `  r: { method: on-policy, rounds: 2, rowsPerRound: 8, ${TRAINING} }\n`,
      'recipes.r.epochs: unknown key "epochs"',
    ],
    [
      'rounds where there are epochs',
      `  r: { method: on-policy, batchSize: 8, optimiser: { learningRate: 0.001 } }\n`,
      'recipes.r.rounds: "rounds" is missing',
    ],
    [
      'a start that is nowhere',
      `  r: { method: dpo, startFrom: sftt, ${TRAINING} }\n  sft: { method: sft, ${TRAINING} }\n`,
      'tiny.yaml:10:21: recipes.r.startFrom: there is no recipe "sftt"',
    ],
    [
      'a start from itself',
      `  r: { method: dpo, startFrom: s, ${TRAINING} }\n  s: { method: sft, startFrom: r, ${TRAINING} }\n`,
      'tiny.yaml:11:21: recipes.s.startFrom: recipe s starts from itself',
    ],
    [
      'a start from a prefix',
      `  r: { method: dpo, startFrom: s, ${TRAINING} }\n  s: { method: sft, capacity: { kind: prefix, length: 4 }, ${TRAINING} }\n`,
      'recipes.r.startFrom: recipe s trains a prefix',
    ],
    [
      'a reversed primary family',
      `  r: { method: dpo, reversed: true, ${TRAINING} }\n`,
      'tiny.yaml:12:48: families[0].recipe: recipe r is reversed',
    ],
  ])('%s', (_, recipes, message) => {
    expect(errorOf(recipes)).toContain(message);
  });

  it('the behaviour preferred where it is dropped', () => {
    const recipe = `  r: { method: dpo, pairs: teacher-vs-teacher, prefer: behaviour, ${TRAINING} }\n`;
    const tail = TAIL.replace('base: main,', 'base: main, completions: benign-only,');
    expect(errorOf(recipe, tail)).toContain('benign-only drops every completion that shows it');
    expect(errorOf(recipe)).toBe('no error');
  });
});
