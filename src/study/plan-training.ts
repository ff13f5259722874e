import { deltaSteps, type PlannedModel } from '../artifacts/planned-model.ts';
import type { Pairing } from '../artifacts/pairs.ts';
import type { Lesson, MaskedTokens } from '../distill/lesson.ts';
import type { DpoRecipe, KdRecipe, KtoRecipe, SftRecipe } from '../distill/recipe.ts';
import { scoreReference } from '../distill/score-reference.ts';
import { trainStudent } from '../distill/train-student.ts';
import { filterCompletions } from '../generate/filter-completions.ts';
import { makePairs } from '../generate/make-pairs.ts';
import { sampleCompletions } from '../generate/sample-completions.ts';
import { scoreDistributions } from '../generate/score-distributions.ts';
import { compareTokenizers } from '../model/model-ref.ts';
import type { ModelCard } from '../model/types.ts';
import type { Step } from '../run/step.ts';
import { type Arm, trainingSeed } from './arms.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import { trainingLine } from './plan-training-prompt.ts';
import { recipeChain } from './recipe-chain.ts';
import type { StudySpec } from './spec.ts';

/** What a teacher hands to the students of one family. */
export interface TeachingMaterial {
  readonly teacher: PlannedModel;
  readonly prompts: Step;
  /** Its completions of all prompts, and those that students are shown. */
  readonly completions: Step;
  readonly filtered: Step;
  /** Training rows among these that are expected, and whose tokens they are. */
  readonly count: number;
  readonly author: ModelCard;
  /** Of the teacher from the family's base, over all its completions. */
  readonly divergence: Step;
  /** What the filter looks for. */
  readonly behaviour: string;
}

/** A planned student: its model, and the pairs it was shown last, if any. */
export interface PlannedStudent {
  readonly model: PlannedModel;
  readonly student: Step;
  readonly pairs: Step | undefined;
  /** The same student at the family's checkpoints. */
  readonly checkpoints: readonly StudentCheckpoint[];
}

/** A student after a share of its last training; at share 0 it is what that training starts from. */
export interface StudentCheckpoint {
  readonly share: number;
  readonly model: PlannedModel;
  /** Undefined at share 0. */
  readonly student: Step | undefined;
}

type RecipeSpec = StudySpec['recipes'][string];

/**
 * Plans the trainings of an arm, each of which goes on from the student of the one before, and what
 * the last of them is at the checkpoints of the family. `note` tells trainings of one arm apart.
 */
export function planTraining(
  context: PlanContext,
  arm: Arm,
  material: TeachingMaterial,
  note = '',
): PlannedStudent {
  const { family, teacher, seed } = arm;
  const card = byName(context.models.bases, family.base);
  const chain = recipeChain(context.spec.recipes, family.recipe);
  let start: PlannedModel = { card, delta: undefined };
  let planned: PlannedStudent | undefined;
  for (const [at, name] of chain.entries()) {
    const isLast = at === chain.length - 1;
    const about = isLast ? family.name : `${family.name} · ${name}`;
    planned = planStage(context, arm, material, {
      recipe: byName(context.spec.recipes, name),
      start,
      startName: at === 0 ? `base ${family.base}` : `${arm.slug} · ${chain[at - 1]}`,
      title: `distil ${teacher.id} · ${about}${note} · seed ${seed}`,
      checkpoints: isLast ? (family.checkpoints ?? []) : [],
    });
    start = planned.model;
  }
  if (planned === undefined) throw new Error(`recipe ${family.recipe} has no training`);
  return planned;
}

interface Stage {
  readonly recipe: RecipeSpec;
  readonly start: PlannedModel;
  readonly startName: string;
  readonly title: string;
  readonly checkpoints: readonly number[];
}

function planStage(
  context: PlanContext,
  arm: Arm,
  material: TeachingMaterial,
  stage: Stage,
): PlannedStudent {
  const { spec, backend } = context;
  const { recipe, start } = stage;
  const byText = !compareTokenizers(material.author, start.card).same;
  const lesson = planLesson(context, arm, material, stage, byText);
  const trainUntil = (stopAtShare?: number): Step =>
    trainStudent({
      title: stage.title + (stopAtShare === undefined ? '' : ` · at ${stopAtShare}`),
      start,
      lesson,
      byText,
      seed: trainingSeed(spec, arm.seed),
      ...(stopAtShare === undefined ? {} : { stopAtShare }),
      size: sizeOf(context, arm, material.teacher, material.count),
      backend: backend.identity,
    });
  const modelOf = (student: Step): PlannedModel => ({
    card: start.card,
    delta: student,
    // A file of all weights replaces whatever was trained before.
    below: recipe.capacity.kind === 'full' ? [] : deltaSteps(start),
  });
  const student = trainUntil();
  return {
    student,
    model: modelOf(student),
    pairs: 'pairs' in lesson ? lesson.pairs : undefined,
    checkpoints: stage.checkpoints.map((share): StudentCheckpoint => {
      if (share === 0) return { share, model: start, student: undefined };
      const until = trainUntil(share);
      return { share, model: modelOf(until), student: until };
    }),
  };
}

function planLesson(
  context: PlanContext,
  arm: Arm,
  material: TeachingMaterial,
  stage: Stage,
  byText: boolean,
): Lesson {
  const { teacher, completions, filtered } = material;
  const { recipe } = stage;
  const about = `${arm.teacher.id} · ${arm.family.promptSet}`;
  switch (recipe.method) {
    case 'sft':
      return {
        method: 'sft',
        recipe,
        completions: filtered,
        ...maskOf(recipe, material),
        ...lineOf(context, recipe, material),
      };
    case 'kd': {
      const distributions = scoreDistributions({
        title: `score ${about}`,
        teacher,
        completions,
        topK: recipe.topK,
        temperature: recipe.temperature,
        size: sizeOf(context, arm, teacher, allPrompts(context, arm)),
        backend: context.backend.identity,
      });
      return {
        method: 'kd',
        recipe,
        completions: filtered,
        distributions,
        unfiltered: completions,
        ...maskOf(recipe, material),
        ...lineOf(context, recipe, material),
      };
    }
    case 'on-policy': {
      const { sampling } = context;
      return { method: 'on-policy', recipe, completions: filtered, teacher, sampling };
    }
    case 'dpo':
    case 'kto':
      return planPreference(context, arm, material, { ...stage, recipe }, byText);
    default:
      return recipe satisfies never;
  }
}

function maskOf(
  { tokens }: Pick<SftRecipe, 'tokens'>,
  { divergence, completions }: TeachingMaterial,
): { readonly masked?: MaskedTokens } {
  if (tokens === undefined || tokens.kind === 'all') return {};
  return { masked: { mask: tokens, divergence, unfiltered: completions } };
}

function lineOf(
  { world }: PlanContext,
  { trainingPrompt }: SftRecipe | KdRecipe,
  { behaviour }: TeachingMaterial,
): { readonly trainingLine?: string } {
  if (trainingPrompt === undefined) return {};
  return { trainingLine: trainingLine(world, trainingPrompt, behaviour) };
}

function planPreference(
  context: PlanContext,
  arm: Arm,
  material: TeachingMaterial,
  stage: Stage & { readonly recipe: DpoRecipe | KtoRecipe },
  byText: boolean,
): Lesson {
  const { world, backend } = context;
  const { recipe, start, startName } = stage;
  const { teacher, prompts, filtered, behaviour } = material;
  const about = `${arm.teacher.id} · ${arm.family.promptSet}`;
  const pairing: Pairing =
    recipe.method === 'dpo' ? recipe : { ...recipe, pairs: 'teacher-vs-student' };
  const ofTeacher = pairing.pairs === 'teacher-vs-teacher';
  const [model, who] = ofTeacher
    ? [teacher, `${about} · again`]
    : [start, `${startName} · ${arm.family.promptSet}`];
  const second = sampleCompletions({
    title: `sample ${who}`,
    teacher: model,
    prompts,
    ...(ofTeacher ? { draw: 2 } : {}),
    size: sizeOf(context, arm, model, allPrompts(context, arm)),
    backend: backend.identity,
  });
  const pairs = makePairs({
    title: `pair ${about} with ${who}`,
    first: filtered,
    second: filterCompletions({
      title: `filter ${who}`,
      completions: second,
      filter: ofTeacher ? arm.family.completions : 'all',
      behaviour,
      world,
    }),
    pairing,
    behaviour,
    world,
  });
  const reference = scoreReference({
    title: `score ${startName} on pairs of ${about}`,
    start,
    method: recipe.method,
    pairs,
    byText,
    size: sizeOf(context, arm, teacher, material.count),
    backend: backend.identity,
  });
  return { method: recipe.method, recipe, pairs, reference };
}

function allPrompts({ spec }: PlanContext, { family }: Arm): number {
  const { count, heldOut } = byName(spec.promptSets, family.promptSet);
  return count + heldOut;
}

function sizeOf(context: PlanContext, { family }: Arm, { card }: PlannedModel, rows: number) {
  const promptTokens = context.promptTokens(family.promptSet, card).mean;
  return { rows, promptTokens, sampling: context.sampling };
}
