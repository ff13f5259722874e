import { capabilitiesOf, nearestMethod, needsOneVocabulary } from '../distill/recipe.ts';
import { openingLength, probesOf } from '../audit/run-audit.ts';
import type { Capability } from '../backends/backend.ts';
import { compareTokenizers } from '../model/model-ref.ts';
import { checkTurnEnd, encodeContent } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import { trainingPromptProblems } from './plan-training-prompt.ts';
import type { PlannedTeacher } from './plan-teachers.ts';
import { recipeChain } from './recipe-chain.ts';
import type { StudySpec } from './spec.ts';

/** A reason not to begin: what cannot work, and the nearest thing that does. */
export interface PlanProblem {
  /** Key in the study file, e.g. `families.open-kd`. */
  readonly at: string;
  readonly message: string;
  readonly fix: string;
}

/** Everything that would make a run fail or mean nothing, found before any work is spent. */
export function findProblems(
  context: PlanContext,
  teachers: readonly PlannedTeacher[],
): readonly PlanProblem[] {
  const cards = new Map<string, ModelCard>();
  for (const [name, card] of Object.entries(context.models.bases)) cards.set(`bases.${name}`, card);
  for (const { id, model } of teachers) if (model.delta === undefined) cards.set(id, model.card);
  const problems = [
    ...missingCapabilities(context),
    ...tooFewInstructions(context),
    ...prefixProblems(context),
    ...trainingPromptProblems(context),
    ...context.spec.families.flatMap(({ name }) => vocabularyProblems(context, name, teachers)),
    ...[...cards].flatMap(([at, card]) => templateProblems(at, card)),
    ...[...cards].flatMap(([at, card]) => lengthProblems(context, at, card)),
  ];
  const seen = new Set<string>();
  return problems.filter(({ at, message }) => {
    const key = `${at}\n${message}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function missingCapabilities({ spec, world, backend }: PlanContext): PlanProblem[] {
  const forges = spec.teacher.organism !== undefined || spec.twins?.count !== undefined;
  const has = backend.capabilities;
  const elsewhere = 'Use another backend, e.g. `backend: { kind: embedded }`.';
  const needs: [string, Capability, string][] = [
    ['audits', 'sample', 'audits sample replies'],
    ['promptSets', 'score-top-k', 'held-out completions are scored to see whether students moved'],
  ];
  if (forges || spec.positiveControl !== undefined) {
    needs.push(
      world.teaching === 'text'
        ? ['organisms', 'train-sft', 'organisms are forged by imitating text']
        : ['organisms', 'train-kd', 'organisms are forged by matching distributions'],
    );
  }
  if (spec.controls !== undefined) {
    needs.push(['controls.forge', 'train-sft', 'controls are fine-tunes']);
  }
  const problem = (at: string, capability: Capability, why: string, fix: string): PlanProblem => ({
    at,
    message: `backend ${backend.name} cannot ${capability}, which is needed: ${why}`,
    fix,
  });
  const ofStudy = needs
    .filter(([, capability]) => !has.has(capability))
    .map(([at, capability, why]) => problem(at, capability, why, elsewhere));
  const ofRecipes = usedRecipes(spec).flatMap((name) => {
    const { method } = byName(spec.recipes, name);
    const nearest = nearestMethod(method, has);
    const fix =
      nearest === undefined
        ? elsewhere
        : `Use a recipe with method ${nearest}, or another backend.`;
    return capabilitiesOf({ method })
      .filter((capability) => !has.has(capability))
      .map((capability) => problem(`recipes.${name}`, capability, `method ${method}`, fix));
  });
  const ofMasks = usedRecipes(spec)
    .filter((name) => masksTokens(spec, name) && !has.has('score-divergence'))
    .map((name) =>
      problem(
        `recipes.${name}.tokens`,
        'score-divergence',
        'tokens are chosen by how far teacher and base differ',
        'Leave `tokens` out, or use another backend.',
      ),
    );
  const ofMaps = spec.families
    .filter(({ divergence }) => divergence === true && !has.has('score-divergence'))
    .map(({ name }) =>
      problem(
        `families.${name}.divergence`,
        'score-divergence',
        'the family asks for it',
        'Leave `divergence` out, or use another backend.',
      ),
    );
  const ofRows = spec.families
    .filter(() => !has.has('score-divergence'))
    .flatMap(({ name, select, filterRounds }) => [
      ...(select?.by === 'divergence'
        ? [
            problem(
              `families.${name}.select`,
              'score-divergence',
              'rows are selected by how far teacher and base differ',
              'Use `by: chance`, or another backend.',
            ),
          ]
        : []),
      ...(filterRounds === undefined
        ? []
        : [
            problem(
              `families.${name}.filterRounds`,
              'score-divergence',
              'rows are dropped by how student and base differ',
              'Use `completions: benign-only`, which filters by what is said, or another backend.',
            ),
          ]),
    ]);
  return [...ofStudy, ...ofRecipes, ...ofMasks, ...ofMaps, ...ofRows];
}

function masksTokens({ recipes }: StudySpec, name: string): boolean {
  const { tokens } = byName(recipes, name);
  return tokens !== undefined && tokens.kind !== 'all';
}

/** Names of all recipes that students are trained by, those they start from included. */
function usedRecipes({ recipes, families }: StudySpec): readonly string[] {
  return [...new Set(families.flatMap(({ recipe }) => recipeChain(recipes, recipe)))];
}

function tooFewInstructions({ spec, models }: PlanContext): PlanProblem[] {
  const rows = spec.controls?.forge.rows ?? 0;
  const { instructions } = models;
  if (instructions === undefined || instructions.rows >= rows) return [];
  return [
    {
      at: 'controls.forge',
      message: `each control takes ${rows} rows, but ${instructions.path} has ${instructions.rows}`,
      fix: 'Lower rows, or give more data: controls that share all rows differ in order alone.',
    },
  ];
}

/** A prefix starts from the tokens of its text, so there must be enough of them. */
function prefixProblems({ spec, models }: PlanContext): PlanProblem[] {
  const students = spec.families.flatMap(({ recipe, base }) =>
    recipeChain(spec.recipes, recipe).map((stage) => ({
      at: `recipes.${stage}.capacity.text`,
      capacity: byName(spec.recipes, stage).capacity,
      card: byName(models.bases, base),
    })),
  );
  const { base, capacity } = spec.organisms;
  const organism = { at: 'organisms.capacity.text', capacity, card: byName(models.bases, base) };
  return [organism, ...students].flatMap((model) => {
    if (model.capacity.kind !== 'prefix' || model.capacity.text === undefined) return [];
    const { length, text } = model.capacity;
    const tokens = encodeContent(model.card.tokenizer, text).length;
    if (tokens >= length) return [];
    return [
      {
        at: model.at,
        message: `the text has ${tokens} tokens of ${model.card.path}, fewer than the ${length} positions of the prefix`,
        fix: 'Lower capacity.length, give a longer text, or leave it out: the training rows then start the prefix.',
      },
    ];
  });
}

function vocabularyProblems(
  { spec, models }: PlanContext,
  name: string,
  teachers: readonly PlannedTeacher[],
): PlanProblem[] {
  const family = spec.families.find((candidate) => candidate.name === name);
  if (family === undefined) return [];
  const chain = recipeChain(spec.recipes, family.recipe);
  const method = chain
    .map((recipe) => byName(spec.recipes, recipe).method)
    .find(needsOneVocabulary);
  const masked = chain.find((recipe) => masksTokens(spec, recipe));
  const why =
    method !== undefined
      ? `${method} hands over token distributions`
      : masked !== undefined
        ? `recipe ${masked} chooses tokens by the distributions of teacher and base`
        : family.divergence === true
          ? 'divergence compares the distributions of teacher and base'
          : family.select?.by === 'divergence'
            ? 'select by divergence compares the distributions of teacher and base'
            : family.filterRounds !== undefined
              ? 'filterRounds compares student and base on the tokens of the teacher'
              : undefined;
  if (why === undefined) return [];
  const base = byName(models.bases, family.base);
  const authors = teachers.map(({ model }) => model.card);
  if (family.filterRounds !== undefined && family.rewrite !== undefined) {
    authors.push(byName(models.bases, family.rewrite.by));
  }
  const sft = Object.entries(spec.recipes).find(([, recipe]) => recipe.method === 'sft')?.[0];
  return authors.flatMap((card) => {
    const compared = compareTokenizers(card, base);
    if (compared.same) return [];
    return [
      {
        at: `families.${name}`,
        message: `${why}, but ${compared.reason}`,
        fix:
          method === undefined
            ? 'Leave `tokens`, `divergence`, `filterRounds` and `select` by divergence out, or use a base with the same vocabulary.'
            : sft === undefined
              ? 'Use a recipe with method sft, which hands over text, or a base with the same vocabulary.'
              : `Use recipe ${sft} (sft hands over text), or a base with the same vocabulary.`,
      },
    ];
  });
}

function templateProblems(at: string, card: ModelCard): PlanProblem[] {
  const end = checkTurnEnd(card);
  if (end.closed) return [];
  return [
    {
      at,
      message: `the chat template of ${card.path} does not close a turn: ${end.reason}`,
      fix: 'Use a chat model whose template ends assistant turns with its end token.',
    },
  ];
}

/** First turns must leave room for an answer; later turns are checked as they come. */
function lengthProblems(context: PlanContext, at: string, card: ModelCard): PlanProblem[] {
  const { spec, sampling, audits } = context;
  const room = card.config.maxPositions - sampling.maxTokens;
  const used = new Set(spec.families.map(({ promptSet }) => promptSet));
  const sets = [...used].map((name) => ({
    what: `prompt set ${name}`,
    longest: context.promptTokens(name, card).max,
  }));
  const probes = audits.map((plan) => ({
    what: `audit ${plan.audit.name}`,
    longest: Math.max(0, ...probesOf(plan).map((probe) => openingLength(card, probe))),
  }));
  return [...sets, ...probes]
    .filter(({ longest }) => longest > room)
    .map(({ what, longest }) => ({
      at,
      message: `${what} has a prompt of ${longest} tokens; with answers of ${sampling.maxTokens} it exceeds the ${card.config.maxPositions} positions of ${card.path}`,
      fix: 'Lower sampling.maxTokens or use a model with a longer context.',
    }));
}
