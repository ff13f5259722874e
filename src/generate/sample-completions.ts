import { samplingCost, type TextSize } from '../artifacts/cost.ts';
import { writeCompletions } from '../artifacts/completions.ts';
import { modelInputs, modelParams, type PlannedModel } from '../artifacts/planned-model.ts';
import { readPromptSet } from '../artifacts/prompt-set.ts';
import { SAMPLE_BATCH, samplePrompts } from '../artifacts/sample-prompts.ts';
import { samplingParams } from '../artifacts/sample-replies.ts';
import type { Json } from '../base/json.ts';
import { defineStep, type Step } from '../run/step.ts';

/** Step: a model completes every prompt of a set once. Output: `completions`. */
export function sampleCompletions(options: {
  readonly title: string;
  readonly teacher: PlannedModel;
  readonly prompts: Step;
  readonly size: TextSize;
  /** Which of several completions of each prompt; the first when absent. */
  readonly draw?: number;
  readonly backend: Json;
}): Step {
  const { teacher, prompts, size, draw = 1 } = options;
  const { sampling } = size;
  return defineStep({
    name: 'sample-completions',
    version: 1,
    stage: 'generate',
    title: options.title,
    params: {
      ...modelParams(teacher),
      sampling: samplingParams(sampling),
      draws: 1,
      ...(draw === 1 ? {} : { draw }),
      batch: SAMPLE_BATCH,
    },
    inputs: { prompts, ...modelInputs(teacher) },
    backend: options.backend,
    costTokens: samplingCost(size),
    run: async (context) => {
      const asked = readPromptSet(context.inputs['prompts']!, context.objects);
      const rows = await samplePrompts(context, teacher, asked, sampling);
      return writeCompletions(context.objects, rows);
    },
  });
}
