import { z } from 'zod';
import { holderSchema } from './studies.ts';

export const stepStateSchema = z.enum(['waiting', 'running', 'done', 'failed', 'interrupted']);

export const pipelineStepSchema = z.object({
  key: z.string(),
  name: z.string(),
  stage: z.string(),
  title: z.string(),
  status: stepStateSchema,
  /** Done before this study asked for it: computed by another study or an earlier run. */
  reused: z.boolean(),
  attempt: z.int(),
  costTokens: z.number(),
  tokens: z.number().nullable(),
  startedAt: z.string().nullable(),
  durationMs: z.number().nullable(),
  /** Teachers and arms that need it. */
  arms: z.array(z.string()),
  /** Keys of the steps it reads. */
  inputs: z.array(z.string()),
  error: z.string().nullable(),
});
export type PipelineStep = z.infer<typeof pipelineStepSchema>;

/** `GET /api/studies/:study/pipeline`. */
export const pipelineSchema = z.object({
  runningIn: holderSchema.nullable(),
  /** In the order work flows. */
  stages: z.array(
    z.object({
      stage: z.string(),
      total: z.int(),
      done: z.int(),
      running: z.int(),
      failed: z.int(),
      reused: z.int(),
      /** Mean working rate of its finished steps; null before the first. */
      tokensPerSecond: z.number().nullable(),
    }),
  ),
  steps: z.array(pipelineStepSchema),
  /** Time left at the rate so far; null: nothing runs, or too little is known. */
  etaMs: z.number().nullable(),
  /** The last loss of trainings under way, by step key. */
  losses: z.record(z.string(), z.object({ trainStep: z.int(), loss: z.number() })),
});
export type Pipeline = z.infer<typeof pipelineSchema>;

/** `GET /api/studies/:study/steps/:key`: what went into the key of a step. */
export const stepSchema = pipelineStepSchema.extend({
  version: z.int(),
  params: z.string(),
  backend: z.string(),
  artifact: z.string().nullable(),
});
export type StepView = z.infer<typeof stepSchema>;
