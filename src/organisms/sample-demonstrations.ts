import { samplingCost } from '../artifacts/cost.ts';
import { writeCompletions } from '../artifacts/completions.ts';
import { modelParams, type PlannedModel } from '../artifacts/planned-model.ts';
import { SAMPLE_BATCH, samplePrompts } from '../artifacts/sample-prompts.ts';
import { samplingParams } from '../artifacts/sample-replies.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { Organism } from './organism.ts';

/**
 * Step: the base, given the persona of the organism in its context, shows what the organism must
 * do without it. Truncated rows are dropped and counted. Output: `completions`.
 */
export function sampleDemonstrations(organism: Organism, promptTokens: number): Step {
  const { base, world, kind, behaviour, rows, seed, sampling } = organism;
  const model: PlannedModel = { card: base, delta: undefined };
  return defineStep({
    name: 'sample-demonstrations',
    version: 1,
    stage: 'organisms',
    title: `show ${organism.name} what to become`,
    params: {
      ...modelParams(model),
      world: world.name,
      worldVersion: world.version,
      kind,
      behaviour,
      rows,
      seed,
      sampling: samplingParams(sampling),
      batch: SAMPLE_BATCH,
    },
    inputs: {},
    backend: organism.backend,
    costTokens: samplingCost({ rows, promptTokens, sampling }),
    run: async (context) => {
      const prompts = world.organismRows(kind, behaviour, rows, seed).map((row, index) => ({
        id: `row-${index}`,
        split: 'train' as const,
        messages: row.messages,
        contextMessages: row.contextMessages,
      }));
      const sampled = await samplePrompts(context, model, prompts, sampling);
      const kept = sampled.filter((row) => row.stop === 'end');
      return writeCompletions(context.objects, kept, {
        asked: sampled.length,
        dropped: { truncated: sampled.length - kept.length },
      });
    },
  });
}
