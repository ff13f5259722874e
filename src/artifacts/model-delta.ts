import { z } from 'zod';
import type { ModelDelta } from '../model/types.ts';
import type { Artifact, Objects } from '../store/types.ts';
import { fileOf } from './read-json-object.ts';

/** Kind of the artifact that training leaves behind. Files: `delta` (safetensors), `losses` (JSON). */
export const MODEL_DELTA = 'model-delta';

const deltaSchema = z.object({
  kind: z.enum(['full', 'lora', 'prefix']),
  scale: z.number().nullable(),
});

const metaSchema = deltaSchema.extend({
  steps: z.number(),
  tokens: z.number(),
  rows: z.number(),
  /** Mean loss over the first and the last tenth of the training steps, in nats per token. */
  firstLoss: z.number(),
  lastLoss: z.number(),
});

/** What is known of a trained delta without reading its weights. */
export type ModelDeltaMeta = z.infer<typeof metaSchema>;

/** Metadata of a `model-delta` artifact; throws a ZodError on anything else. */
export function modelDeltaMeta(artifact: Artifact): ModelDeltaMeta {
  return metaSchema.parse(artifact.meta);
}

/** A delta as the backends take it: a file in the object store. */
export function readModelDelta(artifact: Artifact, objects: Objects): ModelDelta {
  // An adapter of the user's own was not trained here and has no losses.
  const { kind, scale } = deltaSchema.parse(artifact.meta);
  const digest = fileOf(artifact, 'delta');
  return { kind, path: objects.path(digest), digest, ...(scale === null ? {} : { scale }) };
}
