import { imitates } from '../distill/recipe.ts';
import { recipeChain } from './recipe-chain.ts';
import type { StudySpec } from './spec.ts';
import { oneOf, type SpecIssue } from './spec-issue.ts';

/** Recipes that build on others, and what a family makes of its recipe. */
export function checkRecipes(spec: StudySpec): readonly SpecIssue[] {
  const starts = Object.keys(spec.recipes).map((name) => checkStart(spec, name));
  const settings = Object.keys(spec.recipes).flatMap((name) => [
    checkLength(spec, name),
    checkMask(spec, name),
    checkPrompt(spec, name),
  ]);
  const families = spec.families.flatMap((family, i) => checkFamily(spec, family, i));
  return [...starts, ...settings, ...families].filter((issue) => issue !== undefined);
}

function checkStart({ recipes }: StudySpec, name: string): SpecIssue | undefined {
  const { startFrom } = recipes[name]!;
  if (startFrom === undefined) return undefined;
  const path = ['recipes', name, 'startFrom'];
  const others = Object.keys(recipes).filter((other) => other !== name);
  const before = recipes[startFrom];
  if (before === undefined) return oneOf(path, startFrom, others, 'recipe');
  if (startFrom === name || comesAgain(recipes, name)) {
    return {
      path,
      message: `recipe ${name} starts from itself`,
      fix: 'Let startFrom name a recipe that comes before, or leave it out.',
    };
  }
  if (before.capacity.kind !== 'prefix') return undefined;
  return {
    path,
    message: `recipe ${startFrom} trains a prefix, and nothing can be trained on top of one`,
    fix: `Give ${startFrom} the capacity lora or full.`,
  };
}

function checkMask({ recipes }: StudySpec, name: string): SpecIssue | undefined {
  const { method, tokens } = recipes[name]!;
  if (tokens === undefined || tokens.kind === 'all' || imitates(method)) return undefined;
  return {
    path: ['recipes', name, 'tokens'],
    message: `method ${method} cannot leave out tokens: ${
      method === 'on-policy'
        ? 'the student writes them, so nobody knows them before'
        : 'it weighs whole completions'
    }`,
    fix: 'Use method sft or kd, or leave `tokens` out.',
  };
}

/** A recipe that walks through its rows says how long, in epochs or in steps. */
function checkLength({ recipes }: StudySpec, name: string): SpecIssue | undefined {
  const recipe = recipes[name]!;
  if (recipe.method === 'on-policy') return undefined;
  if ((recipe.epochs === undefined) !== (recipe.steps === undefined)) return undefined;
  return {
    path: ['recipes', name, recipe.epochs === undefined ? 'epochs' : 'steps'],
    message: `recipe ${name} needs epochs or steps, one of the two`,
    fix: 'Give `epochs: 6` (passes over the rows) or `steps: 72` (training steps, whatever the rows).',
  };
}

function checkPrompt({ recipes }: StudySpec, name: string): SpecIssue | undefined {
  const { method, trainingPrompt } = recipes[name]!;
  if (trainingPrompt === undefined || imitates(method)) return undefined;
  return {
    path: ['recipes', name, 'trainingPrompt'],
    message: `method ${method} cannot show the student a prompt of its own: ${
      method === 'on-policy'
        ? 'the teacher scores what the student says to the same prompt'
        : 'its loss compares with what the student says without it'
    }`,
    fix: 'Use method sft or kd, or leave `trainingPrompt` out.',
  };
}

/** Whether following `startFrom` leads back to where it began. */
function comesAgain(recipes: StudySpec['recipes'], name: string): boolean {
  const [first] = recipeChain(recipes, name);
  return first !== undefined && recipes[first]?.startFrom === name;
}

function checkFamily(
  { recipes }: StudySpec,
  { name, recipe, primary, completions }: StudySpec['families'][number],
  i: number,
): (SpecIssue | undefined)[] {
  const chain = recipeChain(recipes, recipe).map((stage) => recipes[stage]!);
  const isReversed = chain.some((stage) => 'reversed' in stage && stage.reversed);
  const wantsBehaviour = chain.some((stage) => 'prefer' in stage && stage.prefer === 'behaviour');
  return [
    primary && isReversed
      ? {
          path: ['families', i, 'recipe'],
          message: `recipe ${recipe} is reversed: its students move away from their teacher, so family ${name} cannot be primary`,
          fix: 'Leave `primary` out; a reversed family is a control.',
        }
      : undefined,
    wantsBehaviour && completions === 'benign-only'
      ? {
          path: ['families', i, 'completions'],
          message: `recipe ${recipe} prefers the behaviour, but benign-only drops every completion that shows it`,
          fix: 'Use `completions: all`, or another `prefer`.',
        }
      : undefined,
  ];
}
