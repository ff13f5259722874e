import { imitates, needsOneVocabulary } from '../distill/recipe.ts';
import type { World } from '../worlds/types.ts';
import { recipeChain } from './recipe-chain.ts';
import type { FamilySpec, StudySpec } from './spec.ts';
import { oneOf, type SpecIssue } from './spec-issue.ts';

/** What a family asks for of its training rows, against its prompts, its recipe and the world. */
export function checkFamilies(spec: StudySpec, world: World): readonly SpecIssue[] {
  return spec.families
    .flatMap((family, i) => [
      selectIssue(spec, family, i),
      ...rewriteIssues(spec, world, family, i),
      roundsIssue(spec, family, i),
    ])
    .filter((issue) => issue !== undefined);
}

function selectIssue(
  { promptSets }: StudySpec,
  { select, promptSet }: FamilySpec,
  i: number,
): SpecIssue | undefined {
  const count = promptSets[promptSet]?.count;
  if (select === undefined || count === undefined || select.count <= count) return undefined;
  return {
    path: ['families', i, 'select', 'count'],
    message: `${select.count} rows are to be selected, but prompt set ${promptSet} has ${count} prompts to train on`,
    fix: `Lower it below ${count}, or raise the count of ${promptSet}.`,
  };
}

function rewriteIssues(
  { bases, recipes }: StudySpec,
  world: World,
  { rewrite, recipe }: FamilySpec,
  i: number,
): (SpecIssue | undefined)[] {
  if (rewrite === undefined) return [];
  const at = (key: string) => ['families', i, 'rewrite', key];
  const stage = recipeChain(recipes, recipe).find((name) => {
    const { method, tokens } = recipes[name]!;
    return needsOneVocabulary(method) || (tokens !== undefined && tokens.kind !== 'all');
  });
  return [
    oneOf(at('by'), rewrite.by, Object.keys(bases), 'base'),
    rewrite.kind === 'paraphrase' && world.paraphrasePrompt('') === undefined
      ? {
          path: at('kind'),
          message: `world ${world.name} has no words that ask for a paraphrase`,
          fix: 'Use `kind: continue`, where the other model ends what the teacher began.',
        }
      : undefined,
    stage === undefined
      ? undefined
      : {
          path: ['families', i, 'rewrite'],
          message: `recipe ${stage} hands over the teacher’s distributions, which say what rewriting takes away`,
          fix: 'Use a recipe with method sft, dpo or kto without `tokens`, or leave `rewrite` out.',
        },
  ];
}

function roundsIssue(
  { recipes }: StudySpec,
  { filterRounds, recipe }: FamilySpec,
  i: number,
): SpecIssue | undefined {
  const stage = recipeChain(recipes, recipe).find((name) => !imitates(recipes[name]!.method));
  if (filterRounds === undefined || stage === undefined) return undefined;
  return {
    path: ['families', i, 'filterRounds'],
    message: `method ${recipes[stage]!.method} of recipe ${stage} does not learn the rows themselves, so what its student has learnt says little about them`,
    fix: 'Use a recipe with method sft or kd, or leave `filterRounds` out.',
  };
}
