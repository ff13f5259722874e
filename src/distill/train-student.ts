import { type CompletionRow, readCompletions } from '../artifacts/completions.ts';
import type { TextSize } from '../artifacts/cost.ts';
import { gatherTopK, readDistributions } from '../artifacts/distributions.ts';
import { readDivergence } from '../artifacts/divergence.ts';
import {
  modelInputs,
  modelParams,
  type PlannedModel,
  resolveModel,
} from '../artifacts/planned-model.ts';
import { trainDelta, trainDeltaOnPolicy } from '../artifacts/train-delta.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import {
  type StudentTrainingOptions,
  trainingParams,
  trainingRequest,
} from '../artifacts/training-options.ts';
import type { Objective, TokenExample } from '../backends/backend.ts';
import type { Json } from '../base/json.ts';
import { sumLogprobs } from '../engine/sum-logprobs.ts';
import { withoutTail } from '../engine/without-tail.ts';
import { defineStep, type Step, type StepContext, type StepOutput } from '../run/step.ts';
import { type Lesson, lessonCost, lessonInputs, lessonParams } from './lesson.ts';
import { preferenceExamples } from './preferences.ts';
import { rowsUnderLine } from './training-prompt.ts';
import { maskWeights } from './token-mask.ts';

/** Input under which a student's starting point comes, when it is not the base itself. */
const START = 'start';

/** What every student is made from. */
interface Student {
  /** The base, or the student of an earlier recipe. */
  readonly start: PlannedModel;
  readonly lesson: Lesson;
  /** Teacher and student read different vocabularies: hand over text. */
  readonly byText: boolean;
  readonly seed: string;
  /** Stop after this share of the training, above 0 and below 1; the whole when absent. */
  readonly stopAtShare?: number;
}

/**
 * Step: trains one student. `seed` decides data order and adapter initialisation and must be the
 * same for a suspect's student and its twins. Output: `model-delta`, on top of `start`.
 *
 * A student at a checkpoint is a step of its own: the same training, stopped at `stopAtShare`, and
 * bit for bit what the whole training was at that point (learning rates and order of rows are those
 * of the whole). It costs that share of a training once more. In return the step that trains to the
 * end keeps its key, so checkpoints can be asked for later without training any student anew; and
 * every step still leaves one delta that goes on after a kill, is audited and exported like others.
 */
export function trainStudent(
  options: Student & { readonly title: string; readonly size: TextSize; readonly backend: Json },
): Step {
  const { start, lesson, byText, seed, stopAtShare } = options;
  const { recipe } = lesson;
  return defineStep({
    name: 'train-student',
    version: 1,
    stage: 'distill',
    title: options.title,
    params: {
      ...modelParams(start),
      ...trainingParams(recipe),
      method: recipe.method,
      ...lessonParams(lesson),
      byText,
      seed,
      ...(stopAtShare === undefined ? {} : { stopAtShare }),
    },
    inputs: { ...lessonInputs(lesson), ...modelInputs(start, START) },
    backend: options.backend,
    costTokens: Math.round((stopAtShare ?? 1) * lessonCost(recipe, options.size)),
    run: (context) => train(context, options),
  });
}

async function train(context: StepContext, student: Student): Promise<StepOutput> {
  const { start, lesson, seed, stopAtShare } = student;
  const common = {
    model: resolveModel(start, context, START),
    ...trainingRequest(start.card, lesson.recipe),
    seed,
    ...(stopAtShare === undefined ? {} : { stopAtShare }),
  };
  if (lesson.method === 'on-policy') {
    const { lmbda, rounds, rowsPerRound, topK, tail, temperature, divergence } = lesson.recipe;
    return trainDeltaOnPolicy(context, {
      ...common,
      examples: completionExamples(student, trainingRows(context)),
      teacher: resolveModel(lesson.teacher, context, 'teacher'),
      lmbda,
      rounds,
      rowsPerRound,
      topK,
      tail,
      temperature,
      divergence: divergence ?? { kind: 'reverse-kl' },
      sampling: { ...lesson.sampling, endIds: start.card.tokenizer.endIds },
    });
  }
  return trainDelta(context, {
    ...common,
    ...lengthOf(lesson.recipe),
    ...(lesson.method === 'sft' || lesson.method === 'kd'
      ? imitation(context, student, lesson)
      : preference(context, student, lesson)),
  });
}

function lengthOf({
  epochs,
  steps,
}: StudentTrainingOptions): { readonly epochs: number } | { readonly steps: number } {
  if (epochs !== undefined) return { epochs };
  if (steps !== undefined) return { steps };
  throw new RangeError('a recipe without epochs and without steps');
}

interface Task {
  readonly examples: readonly TokenExample[];
  readonly objective: Objective;
}

function imitation(
  context: StepContext,
  student: Student,
  lesson: Extract<Lesson, { method: 'sft' | 'kd' }>,
): Task {
  const rows = trainingRows(context);
  const examples = completionExamples(student, rowsUnderLine(rows, lesson.trainingLine));
  const weights = tokenWeights(
    context,
    lesson,
    rows.map((row) => row.index),
  );
  if (lesson.method === 'sft') return { examples, objective: { kind: 'sft', ...weights } };
  const { temperature, divergence, tail } = lesson.recipe;
  const scored = targetsOf(
    context,
    rows.map((row) => row.index),
  );
  const targets = tail ? scored : withoutTail(scored);
  return {
    examples,
    objective: { kind: 'kd', targets, temperature, ...(divergence && { divergence }), ...weights },
  };
}

function preference(
  context: StepContext,
  { start, byText }: Student,
  { recipe }: Extract<Lesson, { method: 'dpo' | 'kto' }>,
): Task {
  const { inputs, objects } = context;
  const { examples, mismatched } = preferenceExamples(start.card, recipe.method, {
    artifact: inputs['pairs']!,
    objects,
    byText,
  });
  const scores = readDistributions(inputs['reference']!, objects);
  const logprobs = sumLogprobs([...examples, ...mismatched], scores);
  const reference_E = logprobs.subarray(0, examples.length);
  if (recipe.method === 'dpo') {
    const { beta, labelSmoothing, lengthNormalised } = recipe;
    return {
      examples,
      objective: { kind: 'dpo', reference_E, beta, labelSmoothing, lengthNormalised },
    };
  }
  const { beta, desirableWeight, undesirableWeight } = recipe;
  return {
    examples,
    objective: {
      kind: 'kto',
      isDesirable: examples.map((_, i) => i < examples.length / 2),
      reference_E,
      mismatched,
      mismatchedReference_E: logprobs.subarray(examples.length),
      beta,
      desirableWeight,
      undesirableWeight,
    },
  };
}

function trainingRows({ inputs, objects }: StepContext): readonly CompletionRow[] {
  return readCompletions(inputs['completions']!, objects).filter((row) => row.split === 'train');
}

function completionExamples(
  { start, byText }: Student,
  rows: readonly CompletionRow[],
): readonly TokenExample[] {
  return toTokenExamples(start.card, rows, { shown: 'messages', byText });
}

function tokenWeights(
  context: StepContext,
  { masked }: Extract<Lesson, { method: 'sft' | 'kd' }>,
  chosen: readonly number[],
): { readonly tokenWeights?: Float32Array } {
  if (masked === undefined) return {};
  const { inputs, objects } = context;
  const all = readCompletions(inputs['unfiltered']!, objects);
  const lengths = all.map((row) => row.ids.length);
  const rows = readDivergence(inputs['divergence']!, objects, lengths, chosen);
  const divergence_N = Float32Array.from(rows.flatMap((row) => [...row.divergence_N]));
  return { tokenWeights: maskWeights(masked.mask, divergence_N) };
}

function targetsOf(context: StepContext, chosen: readonly number[]) {
  const all = readCompletions(context.inputs['unfiltered']!, context.objects);
  return gatherTopK(
    readDistributions(context.inputs['distributions']!, context.objects),
    all.map((row) => row.ids.length),
    chosen,
  );
}
