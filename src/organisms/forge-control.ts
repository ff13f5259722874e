import { type CompletionRow, readCompletions, writeCompletions } from '../artifacts/completions.ts';
import { samplingCost, trainingCost } from '../artifacts/cost.ts';
import { modelParams, type PlannedModel, resolveModel } from '../artifacts/planned-model.ts';
import { SAMPLE_BATCH, samplePrompts } from '../artifacts/sample-prompts.ts';
import type { Sampling } from '../artifacts/sample-replies.ts';
import { trainDelta } from '../artifacts/train-delta.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import {
  type TrainingOptions,
  trainingParams,
  trainingRequest,
} from '../artifacts/training-options.ts';
import type { Json } from '../base/json.ts';
import { createRng, foldSeed } from '../base/rng.ts';
import { renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { World } from '../worlds/types.ts';
import { type InstructionData, readInstructionData } from './instruction-data.ts';
import { FILES } from '../artifacts/outside-files.ts';

/** A benign fine-tune of a teacher's base: everything that may change its weights. */
export interface Control {
  readonly name: string;
  /** Draws its rows and the order of training; differs between controls. */
  readonly seed: string;
  readonly base: ModelCard;
  readonly world: World;
  /** Ordinary data of the user's own; else the base's own answers to ordinary tasks. */
  readonly data: InstructionData | undefined;
  /** As many as the teacher was trained on. */
  readonly rows: number;
  readonly training: TrainingOptions;
  readonly sampling: Sampling;
  /** Identity of the backend that does the work. */
  readonly backend: Json;
}

/** Rows looked at to estimate the length of prompts. */
const LENGTH_SAMPLE = 16;

/**
 * A benign twin of a real teacher: its base, fine-tuned on ordinary instruction data of the same
 * size with the same training. What it lacks is only what the teacher may be hiding, as far as the
 * user knows how the teacher was made. Output of the last step: a `model-delta` on the base. Raises
 * the world's user error when it has fewer tasks than rows.
 */
export function forgeControl(control: Control): PlannedModel {
  const { base, training, seed, rows, sampling } = control;
  const model: PlannedModel = { card: base, delta: undefined };
  const promptTokens = meanPromptTokens(control);
  const lessons =
    control.data === undefined
      ? baseAnswers(control, promptTokens)
      : drawnRows(control, control.data);
  const trainingSeed = foldSeed(seed, 'training');
  const delta = defineStep({
    name: 'forge-control',
    version: 1,
    stage: 'organisms',
    title: `forge ${control.name}`,
    params: { ...modelParams(model), ...trainingParams(training), seed: trainingSeed },
    inputs: { lessons },
    backend: control.backend,
    costTokens: trainingCost({ rows, promptTokens, sampling }, training.epochs),
    run: async (context) => {
      const completions = readCompletions(context.inputs['lessons']!, context.objects);
      return trainDelta(context, {
        model: resolveModel(model, context),
        ...trainingRequest(base, training),
        epochs: training.epochs,
        examples: toTokenExamples(base, completions, { shown: 'messages', byText: true }),
        objective: { kind: 'sft' },
        seed: trainingSeed,
      });
    },
  });
  return { card: base, delta };
}

/** Step: the base answers ordinary tasks. Truncated rows are dropped and counted. */
function baseAnswers(control: Control, promptTokens: number): Step {
  const { base, world, rows, seed, sampling } = control;
  const model: PlannedModel = { card: base, delta: undefined };
  return defineStep({
    name: 'sample-instructions',
    version: 1,
    stage: 'organisms',
    title: `answer ordinary tasks for ${control.name}`,
    params: {
      ...modelParams(model),
      world: world.name,
      worldVersion: world.version,
      rows,
      seed,
      sampling: { maxTokens: sampling.maxTokens, temperature: sampling.temperature },
      batch: SAMPLE_BATCH,
    },
    inputs: {},
    backend: control.backend,
    costTokens: samplingCost({ rows, promptTokens, sampling }),
    run: async (context) => {
      const prompts = world
        .promptSet('open-ended', rows, seed)
        .map(({ id, messages }) => ({ id, messages, split: 'train' as const }));
      const sampled = await samplePrompts(context, model, prompts, sampling);
      const kept = sampled.filter((row) => row.stop === 'end');
      return writeCompletions(context.objects, kept, {
        asked: sampled.length,
        dropped: { truncated: sampled.length - kept.length },
      });
    },
  });
}

/** Step: draws rows of the user's data without replacement, others for each control. */
function drawnRows({ name, rows, seed }: Control, data: InstructionData): Step {
  return defineStep({
    name: 'draw-instructions',
    version: 1,
    stage: 'organisms',
    title: `draw ordinary data for ${name}`,
    params: { data: data.digest, rows, seed },
    inputs: {},
    backend: FILES,
    costTokens: 0,
    run: async ({ objects }) => {
      const drawn = createRng(seed, 'instructions')
        .shuffle(readInstructionData(data))
        .slice(0, rows);
      const completions = drawn.map(({ prompt, completion }, index): CompletionRow => ({
        index,
        promptId: `row-${index}`,
        split: 'train',
        messages: [{ role: 'user', content: prompt }],
        // Tokens are those of whoever is trained on the text.
        ids: [],
        text: completion,
        stop: 'end',
      }));
      return writeCompletions(objects, completions);
    },
  });
}

function meanPromptTokens({ base, world, rows, seed, data }: Control): number {
  // The world must have as many tasks as rows only when they are what is trained on.
  const wanted = data === undefined ? rows : Math.min(rows, LENGTH_SAMPLE);
  const prompts = world.promptSet('open-ended', wanted, seed).slice(0, LENGTH_SAMPLE);
  const tokens = prompts.map(({ messages }) => renderPrompt(base, messages).ids.length);
  return tokens.reduce((sum, count) => sum + count, 0) / Math.max(1, tokens.length);
}
