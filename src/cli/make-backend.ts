import type { Backend } from '../backends/backend.ts';
import { createEmbeddedBackend, embeddedLayout } from '../backends/embedded/embedded-backend.ts';
import type { ModelConfig } from '../model/types.ts';
import type { StudySpec } from '../study/spec.ts';
import type { StudyModels } from '../study/study-models.ts';

/**
 * The backend a study asks for, laid out for its largest model. `workers` from the command line
 * wins over the study file, which wins over what fits this machine; neither changes results.
 */
export function makeBackend(spec: StudySpec, models: StudyModels, workers?: number): Backend {
  const fitting = embeddedLayout(largestModel(models));
  return createEmbeddedBackend({
    ...fitting,
    workers: workers ?? spec.backend.workers ?? fitting.workers,
    threads: spec.backend.threads ?? fitting.threads,
    provider: spec.backend.provider ?? 'cpu',
  });
}

/** Parameters of the largest model of a study. */
export function largestModel(models: StudyModels): number {
  const cards = [...Object.values(models.bases), ...models.twins];
  if (models.teacher !== undefined) cards.push(models.teacher);
  if (models.judge?.card !== undefined) cards.push(models.judge.card);
  return Math.max(0, ...cards.map((card) => parameterCount(card.config)));
}

/** Weights of a Llama-family decoder, norms left out. */
export function parameterCount(config: ModelConfig): number {
  const { vocabSize, hiddenSize, intermediateSize, layers, heads, kvHeads, headDim } = config;
  const attention = hiddenSize * headDim * 2 * (heads + kvHeads);
  const block = attention + 3 * hiddenSize * intermediateSize;
  return vocabSize * hiddenSize * (config.tiedEmbeddings ? 1 : 2) + layers * block;
}
