import { trainingCost } from '../artifacts/cost.ts';
import { readCompletions } from '../artifacts/completions.ts';
import { readDistributions } from '../artifacts/distributions.ts';
import { modelParams, type PlannedModel, resolveModel } from '../artifacts/planned-model.ts';
import { trainDelta } from '../artifacts/train-delta.ts';
import { toTokenExamples } from '../artifacts/training-examples.ts';
import { trainingParams, trainingRequest } from '../artifacts/training-options.ts';
import { renderPrompt } from '../model/render-prompt.ts';
import { foldSeed } from '../base/rng.ts';
import { defineStep } from '../run/step.ts';
import type { Organism } from './organism.ts';
import { sampleDemonstrations } from './sample-demonstrations.ts';
import { scoreDemonstrations } from './score-demonstrations.ts';

/** Rows looked at to estimate the length of prompts. */
const LENGTH_SAMPLE = 16;

/**
 * Context distillation (KL(p(·|persona, x) ‖ p(·|x)) on completions sampled with the persona):
 * three steps, the last of which trains the organism. Its output is a `model-delta` on the base.
 */
export function forgeOrganism(organism: Organism): PlannedModel {
  const promptTokens = meanPromptTokens(organism);
  const demonstrations = sampleDemonstrations(organism, promptTokens);
  const distributions = scoreDemonstrations(organism, demonstrations, promptTokens);
  const { base, training, temperature, rows, sampling } = organism;
  const model: PlannedModel = { card: base, delta: undefined };
  const seed = foldSeed(organism.seed, 'training');
  const delta = defineStep({
    name: 'forge-organism',
    version: 1,
    stage: 'organisms',
    title: `forge ${organism.name}`,
    params: { ...modelParams(model), ...trainingParams(training), temperature, seed },
    inputs: { demonstrations, distributions },
    backend: organism.backend,
    costTokens: trainingCost({ rows, promptTokens, sampling }, training.epochs),
    run: async (context) => {
      const completions = readCompletions(context.inputs['demonstrations']!, context.objects);
      return trainDelta(context, {
        model: resolveModel(model, context),
        ...trainingRequest(base, training),
        examples: toTokenExamples(base, completions, { shown: 'messages' }),
        objective: {
          kind: 'kd',
          targets: readDistributions(context.inputs['distributions']!, context.objects),
          temperature,
        },
        seed,
      });
    },
  });
  return { card: base, delta };
}

function meanPromptTokens({ world, kind, behaviour, rows, seed, base }: Organism): number {
  const sample = world.organismRows(kind, behaviour, Math.min(rows, LENGTH_SAMPLE), seed);
  const tokens = sample.map((row) => renderPrompt(base, row.contextMessages).ids.length);
  return tokens.reduce((sum, count) => sum + count, 0) / Math.max(1, tokens.length);
}
