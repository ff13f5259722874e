import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFakeBackend } from '../backends/fake/fake-backend.ts';
import { tinyModel } from '../model/tiny-model.fixture.ts';
import { writeHfDirectory } from '../model/write-hf-directory.ts';
import { studyArms } from './arms.ts';
import { defineStudy } from './load-study.ts';
import { type Plan, planStudy, refuseProblems } from './plan.ts';
import { pocketFolder, pocketStudy, writePocketBase } from './pocket-study.fixture.ts';
import type { StudySpecInput } from './spec.ts';
import { openStudyModels } from './study-models.ts';

const { folder, dispose } = pocketFolder();
beforeAll(() => {
  writePocketBase(join(folder, 'other'), 1);
  writeHfDirectory(join(folder, 'stranger'), tinyModel());
});
afterAll(dispose);

const plan = async (
  changes: Partial<StudySpecInput> = {},
  backend = createFakeBackend(),
): Promise<Plan> => {
  const study = defineStudy(pocketStudy(3, changes), folder);
  return planStudy(study, await openStudyModels(study), backend);
};

const family = { promptSet: 'open', base: 'main', twins: 2 } as const;
const primary = { ...family, name: 'open-kd', recipe: 'kd', primary: true } as const;

describe('studyArms', () => {
  it('gives the suspect its seeds and every twin one, the control in the first primary family', () => {
    const { spec } = defineStudy(
      pocketStudy(3, {
        families: [
          { ...family, name: 'open-sft', recipe: 'sft' },
          { ...primary, seeds: 2, twins: 3 },
        ],
      }),
      folder,
    );
    expect(studyArms(spec).map(({ slug }) => slug)).toEqual([
      'suspect-open-kd-main-s1',
      'control-open-kd-main-s1',
      'twin01-open-kd-main-s1',
      'twin02-open-kd-main-s1',
      'twin03-open-kd-main-s1',
      'suspect-open-kd-main-s2',
      'suspect-open-sft-main-s1',
      'twin01-open-sft-main-s1',
      'twin02-open-sft-main-s1',
    ]);
  });
});

describe('planStudy', () => {
  it('keeps its step keys', async () => {
    const { steps, manifest } = await plan();
    const keys = Object.fromEntries(steps.map(({ title, key }) => [title, key]));
    // `npx vitest run -u src/study/plan.test.ts` writes the file again. When keys change, caches
    // of existing studies are lost: change them by raising the version of what changed, on purpose.
    const text = JSON.stringify({ registration: manifest.registration, keys }, null, 2);
    await expect(`${text}\n`).toMatchFileSnapshot('./plan-keys.golden.json');
  });

  it('shares what arms have in common', async () => {
    const both = await plan({
      families: [primary, { ...family, name: 'open-sft', recipe: 'sft' }],
    });
    const [kd, sft] = ['open-kd', 'open-sft'].map((name) =>
      both.arms.find((arm) => arm.family.name === name && arm.teacher.id === 'twin01'),
    );
    expect(kd?.completions.key).toBe(sft?.completions.key);
    expect(kd?.baseLikelihood.key).toBe(sft?.baseLikelihood.key);
    expect(kd?.student.key).not.toBe(sft?.student.key);
    expect(new Set(both.steps.map(({ key }) => key)).size).toBe(both.steps.length);
  });

  it('gives a suspect and its twins the same of everything but the teacher', async () => {
    const { arms } = await plan({ families: [primary] });
    const students = arms.map(({ student }) => JSON.stringify(student.params));
    expect(arms.length).toBeGreaterThan(2);
    expect(new Set(students).size).toBe(1);
  });

  it('lists inputs before what needs them', async () => {
    const { steps } = await plan();
    const position = new Map(steps.map(({ key }, at) => [key, at]));
    for (const [at, step] of steps.entries()) {
      for (const input of Object.values(step.inputs)) {
        expect(position.get(input.key)).toBeLessThan(at);
      }
    }
  });

  it('does not let transport, paths or titles into keys', async () => {
    const slow = await plan({ backend: { kind: 'embedded', workers: 7 } });
    const fast = await plan();
    expect(slow.steps.map(({ key }) => key)).toEqual(fast.steps.map(({ key }) => key));
    expect(JSON.stringify(slow.steps.map(({ params }) => params))).not.toContain(folder);
  });

  it('finds no probe among the training prompts and no strange twin', async () => {
    const { manifest } = await plan();
    expect(manifest.contamination).toEqual({ probes: 64, contaminated: [] });
    expect(manifest.lineage).toEqual([]);
  });

  it('says what too few twins cannot show', async () => {
    const { warnings } = await plan();
    expect(warnings[0]).toContain('cannot fall below 1/4');
    expect(warnings[0]).toContain('19 twins can');
  });
});

describe('refusals', () => {
  it('names the capability a backend lacks and what works instead', async () => {
    const backend = createFakeBackend({ capabilities: ['sample', 'score-top-k', 'train-sft'] });
    const { problems } = await plan({}, backend);
    expect(problems.map(({ at }) => at)).toEqual(['organisms', 'recipes.kd']);
    expect(problems[1]?.message).toBe('backend fake cannot train-kd, which is needed: method kd');
    expect(problems[1]?.fix).toContain('method sft');
  });

  it('refuses logit distillation between vocabularies and names a recipe that works', async () => {
    const planned = await plan({
      bases: { main: { path: 'base' }, stranger: { path: 'stranger' } },
      families: [primary, { ...family, name: 'cross', recipe: 'kd', base: 'stranger' }],
    });
    const cross = planned.problems.find(({ at }) => at === 'families.cross');
    expect(cross?.message).toMatch(/different tokenizers \(\d+ and \d+ tokens\)/);
    expect(cross?.fix).toContain('recipe sft');
    expect(() => refuseProblems(planned)).toThrow(/families\.cross/);
  });

  it('hands over text between vocabularies with sft', async () => {
    const { arms, problems } = await plan({
      bases: { main: { path: 'base' }, stranger: { path: 'stranger' } },
      families: [primary, { ...family, name: 'cross', recipe: 'sft', base: 'stranger' }],
    });
    expect(problems.filter(({ at }) => at === 'families.cross')).toEqual([]);
    expect(arms.findLast(({ family: { name } }) => name === 'cross')?.student.params).toMatchObject(
      { byText: true },
    );
  });

  it('accepts another base with the same vocabulary', async () => {
    const { problems } = await plan({
      bases: { main: { path: 'base' }, other: { path: 'other' } },
      families: [primary, { ...family, name: 'cross', recipe: 'kd', base: 'other' }],
    });
    expect(problems).toEqual([]);
  });

  it('refuses a prefix that is longer than its text', async () => {
    const capacity = { kind: 'prefix', length: 9, text: 'please tell a story .' } as const;
    const { problems } = await plan({
      organisms: { ...pocketStudy(3).organisms, capacity },
    });
    expect(problems.map(({ at }) => at)).toEqual(['organisms.capacity.text']);
    expect(problems[0]?.message).toMatch(/has \d tokens .* fewer than the 9 positions/);
  });

  it('refuses prompts that leave no room for an answer', async () => {
    const { problems } = await plan({ sampling: { maxTokens: 250 } });
    expect(problems[0]?.message).toContain('exceeds the 256 positions');
    expect(problems[0]?.fix).toContain('sampling.maxTokens');
  });
});
