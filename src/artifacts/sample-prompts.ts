import { foldSeed } from '../base/rng.ts';
import { workError } from '../base/errors.ts';
import type { Message } from '../base/chat.ts';
import type { StepContext } from '../run/step.ts';
import { type CompletionRow, parseCompletionRow, rowToJson } from './completions.ts';
import { type PlannedModel, resolveModel } from './planned-model.ts';
import { runInBatches } from './run-in-batches.ts';
import { sampleReplies, type Sampling } from './sample-replies.ts';

/** Conversations sampled per request; part of the meaning of a step, so it enters its params. */
export const SAMPLE_BATCH = 32;

/** A prompt to be completed. */
export interface PromptToComplete {
  readonly id: string;
  readonly split: 'train' | 'held-out';
  readonly messages: readonly Message[];
  readonly contextMessages?: readonly Message[];
}

/**
 * One completion per prompt, sampled after `contextMessages` where a prompt has them. The seed of
 * each comes from step key, prompt index and draw alone.
 */
export async function samplePrompts(
  context: StepContext,
  model: PlannedModel,
  prompts: readonly PromptToComplete[],
  sampling: Sampling,
): Promise<readonly CompletionRow[]> {
  const ref = resolveModel(model, context);
  const values = await runInBatches(context, {
    count: prompts.length,
    batchSize: SAMPLE_BATCH,
    produce: async (indices) => {
      const conversations = indices.map((index) => ({
        messages: prompts[index]!.contextMessages ?? prompts[index]!.messages,
        seed: foldSeed(context.key, index, 0),
      }));
      const target = { card: model.card, ref };
      const replies = await sampleReplies(context.backend, target, conversations, sampling);
      let tokens = 0;
      const rows = replies.map((reply, at) => {
        const prompt = prompts[indices[at]!]!;
        if (reply.stop === 'context-full') {
          throw workError(
            'context-full',
            `prompt ${prompt.id} takes ${reply.promptTokens} tokens and leaves no room for ${sampling.maxTokens} more in the ${model.card.config.maxPositions} of ${model.card.path}`,
            'Lower sampling.maxTokens.',
          );
        }
        tokens += reply.ids.length + reply.promptTokens;
        const { ids, text, stop } = reply;
        return rowToJson({
          index: indices[at]!,
          promptId: prompt.id,
          split: prompt.split,
          messages: [...prompt.messages],
          ...(prompt.contextMessages && { contextMessages: [...prompt.contextMessages] }),
          ids: [...ids],
          text,
          stop,
        });
      });
      return { values: rows, tokens };
    },
  });
  return values.map(parseCompletionRow);
}
