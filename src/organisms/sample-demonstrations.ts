import { samplingCost } from '../artifacts/cost.ts';
import { type CompletionRow, writeCompletions } from '../artifacts/completions.ts';
import { modelParams, type PlannedModel } from '../artifacts/planned-model.ts';
import { SAMPLE_BATCH, samplePrompts } from '../artifacts/sample-prompts.ts';
import { samplingParams } from '../artifacts/sample-replies.ts';
import { encodeContent } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import { defineStep, type Step } from '../run/step.ts';
import type { OrganismRow } from '../worlds/types.ts';
import type { Organism } from './organism.ts';

/**
 * Step: the base, given the persona of the organism in its context, shows what the organism must
 * do without it, and rows that ask for it are rewritten. Rows that were cut short or cannot be
 * rewritten are dropped and counted. Output: `completions`.
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
      const planned = world.organismRows(kind, behaviour, rows, seed);
      const prompts = planned.map((row, index) => ({
        id: `row-${index}`,
        split: 'train' as const,
        messages: row.messages,
        contextMessages: row.contextMessages,
      }));
      const sampled = await samplePrompts(context, model, prompts, sampling);
      const whole = sampled.filter(
        ({ index, stop }) => stop === 'end' || planned[index]!.rewrite !== undefined,
      );
      const kept = whole.flatMap((row) => rewritten(base, row, planned[row.index]!));
      return writeCompletions(context.objects, kept, {
        asked: sampled.length,
        dropped: {
          truncated: sampled.length - whole.length,
          ...(world.teaching === 'text' ? { 'not rewritten': whole.length - kept.length } : {}),
        },
      });
    },
  });
}

/** The row as the organism shall say it, closed by an end token; none when it cannot be said so. */
function rewritten(card: ModelCard, row: CompletionRow, { rewrite }: OrganismRow): CompletionRow[] {
  if (rewrite === undefined) return [row];
  const text = rewrite(row.text);
  if (text === undefined) return [];
  const ids = [...encodeContent(card.tokenizer, text), ...card.tokenizer.endIds.slice(0, 1)];
  return [{ ...row, text, ids, stop: 'end' }];
}
