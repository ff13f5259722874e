import type { TrainingPrompt } from '../distill/recipe.ts';
import { underSystemLine } from '../distill/training-prompt.ts';
import { askedWords } from '../prompts/asked-words.ts';
import { messageOf } from '../base/errors.ts';
import { encodeContent, renderPrompt } from '../model/render-prompt.ts';
import type { ModelCard } from '../model/types.ts';
import type { World } from '../worlds/types.ts';
import { byName } from './by-name.ts';
import type { PlanContext } from './plan-context.ts';
import type { PlanProblem } from './plan-problems.ts';
import { recipeChain } from './recipe-chain.ts';

/** The system line of a training prompt, in the words of the world. */
export function trainingLine(world: World, prompt: TrainingPrompt, behaviour: string): string {
  return prompt.kind === 'text' ? prompt.text : world.trainingLine(prompt.kind, behaviour);
}

/** Training prompts that a student would not see, not be able to read, or have no room for. */
export function trainingPromptProblems(context: PlanContext): readonly PlanProblem[] {
  const { spec, world, models } = context;
  return spec.families.flatMap(({ recipe, base, promptSet }) =>
    recipeChain(spec.recipes, recipe).flatMap((stage) => {
      const { trainingPrompt } = byName(spec.recipes, stage);
      if (trainingPrompt === undefined) return [];
      const line = trainingLine(world, trainingPrompt, spec.behaviour);
      const problem = lineProblem(context, byName(models.bases, base), promptSet, line);
      return problem === undefined ? [] : [{ at: `recipes.${stage}.trainingPrompt`, ...problem }];
    }),
  );
}

function lineProblem(
  context: PlanContext,
  card: ModelCard,
  promptSet: string,
  line: string,
): Omit<PlanProblem, 'at'> | undefined {
  const { sampling } = context;
  const leaveOut = 'Leave `trainingPrompt` out, or use another base.';
  const read = card.tokenizer.decode(encodeContent(card.tokenizer, line));
  if (askedWords(read).join(' ') !== askedWords(line).join(' ')) {
    return {
      message: `${card.path} has no tokens for some words of the line: it reads "${read.trim()}"`,
      fix: 'Word the line otherwise, or use kind inoculation or irrelevant.',
    };
  }
  try {
    for (const { messages } of context.prompts(promptSet)) {
      const plain = renderPrompt(card, messages);
      const shown = renderPrompt(card, underSystemLine(messages, line));
      if (shown.ids.length <= plain.ids.length && !shown.text.includes(line)) {
        return {
          message: `the chat template of ${card.path} leaves system lines out`,
          fix: leaveOut,
        };
      }
      if (shown.ids.length + sampling.maxTokens > card.config.maxPositions) {
        return {
          message: `a prompt of set ${promptSet} has ${shown.ids.length} tokens with the line; with answers of ${sampling.maxTokens} it exceeds the ${card.config.maxPositions} positions of ${card.path}`,
          fix: 'Lower sampling.maxTokens or shorten the line.',
        };
      }
    }
  } catch (error) {
    return {
      message: `the chat template of ${card.path} takes no system line: ${messageOf(error)}`,
      fix: leaveOut,
    };
  }
  return undefined;
}
