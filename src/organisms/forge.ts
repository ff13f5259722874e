import { trainingCost } from '../artifacts/cost.ts';
import { readCompletions } from '../artifacts/completions.ts';
import { readDistributions } from '../artifacts/distributions.ts';
import { modelParams, type PlannedModel, resolveModel } from '../artifacts/planned-model.ts';
import { trainDelta } from '../artifacts/train-delta.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import { trainingParams, trainingRequest } from '../artifacts/training-options.ts';
import { renderPrompt } from '../model/render-prompt.ts';
import { foldSeed } from '../base/rng.ts';
import type { Objective } from '../backends/backend.ts';
import { defineStep, type Step, type StepContext } from '../run/step.ts';
import type { Organism } from './organism.ts';
import { sampleDemonstrations } from './sample-demonstrations.ts';
import { scoreDemonstrations } from './score-demonstrations.ts';

/** Rows looked at to estimate the length of prompts. */
const LENGTH_SAMPLE = 16;

/**
 * Context distillation: completions sampled with the persona, then trained into the base without
 * it, by KL(p(·|persona, x) ‖ p(·|x)) where the world teaches distributions and by cross-entropy
 * where it teaches text. The last step trains; its output is a `model-delta` on the base.
 */
export function forgeOrganism(organism: Organism): PlannedModel {
  const promptTokens = meanPromptTokens(organism);
  const demonstrations = sampleDemonstrations(organism, promptTokens);
  const { base, training, temperature, rows, sampling, world } = organism;
  const inputs: Record<string, Step> = { demonstrations };
  if (world.teaching === 'distributions') {
    inputs['distributions'] = scoreDemonstrations(organism, demonstrations, promptTokens);
  }
  const model: PlannedModel = { card: base, delta: undefined };
  const seed = foldSeed(organism.seed, 'training');
  const delta = defineStep({
    name: 'forge-organism',
    version: 1,
    stage: 'organisms',
    title: `forge ${organism.name}`,
    params: { ...modelParams(model), ...trainingParams(training), temperature, seed },
    inputs,
    backend: organism.backend,
    costTokens: trainingCost({ rows, promptTokens, sampling }, training.epochs),
    run: async (context) => {
      const completions = readCompletions(context.inputs['demonstrations']!, context.objects);
      return trainDelta(context, {
        model: resolveModel(model, context),
        ...trainingRequest(base, training),
        epochs: training.epochs,
        examples: toTokenExamples(base, completions, { shown: 'messages' }),
        objective: objectiveOf(context, temperature),
        seed,
      });
    },
  });
  return { card: base, delta };
}

function objectiveOf({ inputs, objects }: StepContext, temperature: number): Objective {
  const scored = inputs['distributions'];
  if (scored === undefined) return { kind: 'sft' };
  return { kind: 'kd', targets: readDistributions(scored, objects), temperature };
}

function meanPromptTokens({ world, kind, behaviour, rows, seed, base }: Organism): number {
  const sample = world.organismRows(kind, behaviour, Math.min(rows, LENGTH_SAMPLE), seed);
  const tokens = sample.map((row) => renderPrompt(base, row.contextMessages).ids.length);
  return tokens.reduce((sum, count) => sum + count, 0) / Math.max(1, tokens.length);
}
