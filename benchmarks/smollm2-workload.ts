import { existsSync } from 'node:fs';
import { sampleModel } from '../src/engine/decode/sample-model.ts';
import { initWeights } from '../src/engine/init-weights.ts';
import type { SessionCache } from '../src/engine/session-cache.ts';
import type { NamedTensors } from '../src/engine/types.ts';
import { loadWeights } from '../src/model/load-weights.ts';
import { LORA, SAMPLING, SMOLLM2, SMOLLM2_PATH, TRAINING } from './settings.ts';
import { examplesOf, type StepTimes, targetsFor, timeSteps } from './workload.ts';

/** The checkpoint where it is there, else random weights of its shape: as fast, but no peers. */
export async function smollm2Weights(): Promise<{
  readonly weights: NamedTensors;
  readonly source: 'checkpoint' | 'random';
}> {
  if (!existsSync(SMOLLM2_PATH)) {
    return { weights: initWeights(SMOLLM2, 'bench'), source: 'random' };
  }
  const { weights } = await loadWeights({ path: SMOLLM2_PATH, deltas: [] });
  return { weights, source: 'checkpoint' };
}

/** The batch that every training step sees, on our side and on the peers'. */
export const BATCH = examplesOf(TRAINING.batchSize, TRAINING, SMOLLM2.vocabSize);
export const TARGETS = targetsFor(BATCH, TRAINING.topK, SMOLLM2.vocabSize);

/** Distils with LoRA for `steps` steps. */
export function trainSmollm2(
  cache: SessionCache,
  weights: NamedTensors,
  steps: number,
): Promise<StepTimes> {
  return timeSteps(cache, {
    config: SMOLLM2,
    weights,
    capacity: LORA,
    examples: BATCH,
    objective: { kind: 'kd', targets: TARGETS, temperature: 1 },
    epochs: steps,
    batchSize: TRAINING.batchSize,
  });
}

/** Prompts that are sampled from, on our side and on the peers'. */
export const PROMPTS = examplesOf(
  SAMPLING.sequences,
  { promptTokens: SAMPLING.promptTokens, completionTokens: 0 },
  SMOLLM2.vocabSize,
).map(({ promptIds }) => promptIds);

/** Samples SAMPLING.newTokens after each prompt, never stopping early; returns the seconds. */
export async function sampleSmollm2(cache: SessionCache, weights: NamedTensors): Promise<number> {
  const start = performance.now();
  await sampleModel(cache, {
    config: SMOLLM2,
    weights,
    items: PROMPTS.map((promptIds, i) => ({ promptIds, seed: `${i}` })),
    maxTokens: SAMPLING.newTokens,
    temperature: 1,
    endIds: [],
    batch: SAMPLING.sequences,
  });
  return (performance.now() - start) / 1000;
}
