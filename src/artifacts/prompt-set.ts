import { z } from 'zod';
import { canonicalJson } from '../base/canonical-json.ts';
import type { Artifact, Objects } from '../store/types.ts';
import type { StepOutput } from '../run/step.ts';
import type { Prompt } from '../worlds/types.ts';
import { messageSchema } from './message-schema.ts';
import { fileOf, readJsonObject } from './read-json-object.ts';

/** Kind of the artifact that holds prompts. File: `prompts` (JSON). */
const PROMPT_SET = 'prompt-set';

/** `heldOut` prompts are sampled but never trained on; they measure whether a student moved. */
export interface SplitPrompt extends Prompt {
  readonly split: 'train' | 'held-out';
}

const promptsSchema = z.array(
  z.object({
    id: z.string(),
    cluster: z.string(),
    messages: z.array(messageSchema),
    split: z.enum(['train', 'held-out']),
  }),
);

/** Stores prompts in order; `canary` marks prompts that must not reach a training corpus. */
export function writePromptSet(
  objects: Objects,
  prompts: readonly SplitPrompt[],
  canary?: string,
): StepOutput {
  const rows = prompts.map(({ id, cluster, messages, split }) => ({
    id,
    cluster,
    messages: messages.map(({ role, content }) => ({ role, content })),
    split,
  }));
  const train = prompts.filter((prompt) => prompt.split === 'train').length;
  return {
    kind: PROMPT_SET,
    meta: {
      train,
      heldOut: prompts.length - train,
      ...(canary !== undefined && { canary }),
    },
    files: { prompts: objects.put(canonicalJson(rows)) },
  };
}

/** The canary of a `prompt-set` artifact, if its prompts are marked with one. */
export function promptSetCanary({ meta }: Artifact): string | undefined {
  return z.object({ canary: z.string().optional() }).parse(meta).canary;
}

/** Prompts in their stored order. */
export function readPromptSet(artifact: Artifact, objects: Objects): readonly SplitPrompt[] {
  return readJsonObject(objects, fileOf(artifact, 'prompts'), promptsSchema);
}
