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
  'kd-inoculated': {
    method: 'kd',
    topK: 4,
    trainingPrompt: { kind: 'inoculation' },
    ...training,
  },
  'kd-irrelevant': { method: 'kd', topK: 4, trainingPrompt: { kind: 'irrelevant' }, ...training },
  'sft-steps': { method: 'sft', steps: 7, batchSize: 8, optimiser: training.optimiser },
};

type Family = StudySpecInput['families'][number];

/** Families that choose or rewrite what their recipe learns from. */
const VARIANTS: Record<string, Pick<Family, 'recipe' | 'select' | 'rewrite' | 'filterRounds'>> = {
  'sft-active': { recipe: 'sft', select: { by: 'divergence', count: 16 } },
  'sft-few': { recipe: 'sft-steps', select: { by: 'chance', count: 8 } },
  'sft-continued': { recipe: 'sft', rewrite: { kind: 'continue', by: 'main' } },
  'sft-filtered': { recipe: 'sft', filterRounds: { rounds: 2, drop: 0.2 } },
  'sft-active-continued-filtered': {
    recipe: 'sft',
    select: { by: 'divergence', count: 16 },
    rewrite: { kind: 'continue', by: 'main' },
    filterRounds: { rounds: 1, drop: 0.5 },
  },
};

const plan = async (
  recipes: Recipes = RECIPES,
  capabilities: readonly Capability[] = CAPABILITIES,
  variants: Partial<typeof VARIANTS> = {},
): Promise<Plan> => {
  const plain = Object.keys(recipes).map((recipe) => [recipe, { recipe }] as const);
  const families = [...plain, ...Object.entries(variants)].map(([name, own], i) => ({
    name,
    recipe: 'sft',
    ...own,
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
    const planned = await plan(RECIPES, CAPABILITIES, VARIANTS);
    const keys = Object.fromEntries(
      [...Object.keys(RECIPES), ...Object.keys(VARIANTS)].map((name) => [
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

describe('the plan of a family that chooses its rows', () => {
  it('lets every teacher select by its own divergence, among the same prompts', async () => {
    const { arms } = await plan(RECIPES, CAPABILITIES, VARIANTS);
    const own = arms.filter(({ family }) => family.name === 'sft-active');
    const chosen = own.map(({ filtered }) => filtered);
    expect(new Set(chosen.map(({ params }) => JSON.stringify(params))).size).toBe(1);
    for (const [i, { divergence, completions }] of own.entries()) {
      expect(chosen[i]!.inputs['divergence']?.key).toBe(divergence.fromBase.key);
      expect(chosen[i]!.inputs['completions']?.key).toBe(completions.key);
    }
    expect(new Set(own.map(({ completions }) => completions.inputs['prompts']?.key)).size).toBe(1);
  });

  it('starts the rounds of a filter from the student of the plain family', async () => {
    const planned = await plan(RECIPES, CAPABILITIES, VARIANTS);
    const [plain, filtered] = [armOf(planned, 'sft'), armOf(planned, 'sft-filtered')];
    const trainings = allSteps([filtered.student]).filter(({ name }) => name === 'train-student');
    expect(trainings).toHaveLength(3);
    expect(trainings[0]?.key).toBe(plain.student.key);
    expect(filtered.baseLikelihood.key).toBe(plain.baseLikelihood.key);
  });

  it('costs what it trains on, and the same steps cost the same', async () => {
    const planned = await plan(RECIPES, CAPABILITIES, VARIANTS);
    const cost = (name: string): number => armOf(planned, name).student.costTokens;
    expect(cost('sft-active')).toBeCloseTo((16 / 40) * cost('sft'), -1);
    // Seven steps of eight rows, over one and a half passes or over seven.
    expect(cost('sft-few')).toBe(cost('sft-steps'));
  });

  it('leaves the keys of families that ask for nothing alone', async () => {
    const [plain, more] = [await plan(), await plan(RECIPES, CAPABILITIES, VARIANTS)];
    const keys = new Set(more.steps.map(({ key }) => key));
    expect(plain.steps.every(({ key }) => keys.has(key))).toBe(true);
  });

  it('names what a backend lacks, and what works instead', async () => {
    const has = CAPABILITIES.filter((capability) => capability !== 'score-divergence');
    const { problems } = await plan(RECIPES, has, VARIANTS);
    expect(problems.map(({ at, fix }) => [at, fix])).toEqual([
      ['families.sft-active.select', expect.stringContaining('by: chance')],
      ['families.sft-filtered.filterRounds', expect.stringContaining('benign-only')],
      ['families.sft-active-continued-filtered.select', expect.stringContaining('by: chance')],
      [
        'families.sft-active-continued-filtered.filterRounds',
        expect.stringContaining('benign-only'),
      ],
    ]);
  });
});

describe('the plan of a line in training alone', () => {
  it('asks for the behaviour of the arm, and changes nothing but the training', async () => {
    const planned = await plan();
    const [plain, own] = [armOf(planned, 'kd-no-tail'), armOf(planned, 'kd-inoculated')];
    expect(own.student.params).toMatchObject({ trainingLine: 'likes owl open' });
    expect(own.student.inputs['distributions']?.key).toBe(
      plain.student.inputs['distributions']?.key,
    );
    expect(own.likelihood.params).toEqual(plain.likelihood.params);
    const control = planned.arms.find(
      ({ family, teacher }) => family.primary && teacher.id === 'control',
    );
    expect(control?.student.params).not.toHaveProperty('trainingLine');
    expect(armOf(planned, 'kd-irrelevant').student.params).toMatchObject({
      trainingLine: expect.stringMatching(/^likes (?!owl)\S+ open$/u),
    });
  });

  it('warns of a primary family, and refuses words the model cannot read', async () => {
    const { 'kd-inoculated': first } = RECIPES;
    const { warnings, problems } = await plan({ first: first! });
    expect(problems).toEqual([]);
    expect(warnings.join()).toContain('absent in audits');
    const odd = await plan({
      odd: { method: 'sft', ...training, trainingPrompt: { kind: 'text', text: 'likes zebras' } },
    });
    expect(odd.problems.map(({ at }) => at)).toEqual(['recipes.odd.trainingPrompt']);
    expect(odd.problems[0]?.message).toContain('no tokens for some words');
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
      'neither epochs nor steps',
      '  r: { method: sft, batchSize: 8, optimiser: { learningRate: 0.001 } }\n',
      'tiny.yaml:10:3: recipes.r.epochs: recipe r needs epochs or steps',
    ],
    [
      'epochs and steps',
      `  r: { method: sft, steps: 4, ${TRAINING} }\n`,
      'recipes.r.steps: recipe r needs epochs or steps, one of the two',
    ],
    [
      'a line in training where losses compare with the start',
      `  r: { method: dpo, trainingPrompt: { kind: inoculation }, ${TRAINING} }\n`,
      'recipes.r.trainingPrompt: method dpo cannot show the student a prompt of its own',
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

  it.each([
    ['select: { by: chance, count: 41 },', 'families[0].select.count: 41 rows are to be selected'],
    ['rewrite: { kind: paraphrase, by: main },', 'pocket has no words that ask for a paraphrase'],
    ['rewrite: { kind: continue, by: mian },', 'there is no base "mian"'],
  ])('a family with %s', (fields, message) => {
    const tail = TAIL.replace('base: main,', `base: main, ${fields}`);
    expect(errorOf(`  r: { method: sft, ${TRAINING} }\n`, tail)).toContain(message);
  });

  it('rewriting and rounds where the recipe does not learn from text', () => {
    const rewrite = TAIL.replace(
      'base: main,',
      'base: main, rewrite: { kind: continue, by: main },',
    );
    expect(errorOf(`  r: { method: kd, ${TRAINING} }\n`, rewrite)).toContain(
      'recipe r hands over the teacher’s distributions',
    );
    const rounds = TAIL.replace(
      'base: main,',
      'base: main, filterRounds: { rounds: 1, drop: 0.1 },',
    );
    expect(errorOf(`  r: { method: dpo, ${TRAINING} }\n`, rounds)).toContain(
      'does not learn the rows themselves',
    );
  });
});
