import { sampleModel } from '../../engine/decode/sample-model.ts';
import { scoreTopK } from '../../engine/score-top-k.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import { trainModel, type Trained } from '../../engine/train/train-model.ts';
import { writeSafetensors } from '../../model/safetensors.ts';
import type { TrainRequest, TrainResult } from '../backend.ts';
import { createModelCache } from './model-cache.ts';
import type { Task, TaskProgress, TaskResult } from './task.ts';

/** Rows decoded at once: enough to fill the cores, few enough for the cache of a large model. */
const SAMPLE_BATCH = { small: 128, large: 32 } as const;
const LARGE_HIDDEN_SIZE = 256;

/** Performs tasks one at a time, keeping compiled sessions and loaded weights between them. */
export interface Executor {
  run(task: Task, onProgress: (progress: TaskProgress) => void): Promise<TaskResult>;
  close(): Promise<void>;
}

/** `threads` is the number of threads used inside one op. */
export function createExecutor(threads: number): Executor {
  const sessions = createSessionCache({ threads });
  const models = createModelCache();
  const run: Executor['run'] = async (task, onProgress) => {
    const { config, weights } = await models.load(task.request.model);
    const onTokens = ({ tokens }: { tokens: number }): void =>
      onProgress({ kind: 'tokens', tokens });
    switch (task.kind) {
      case 'sample': {
        const batch = SAMPLE_BATCH[config.hiddenSize >= LARGE_HIDDEN_SIZE ? 'large' : 'small'];
        const options = { ...task.request, config, weights, batch, onProgress: onTokens };
        return { kind: 'sample', completions: await sampleModel(sessions, options) };
      }
      case 'score': {
        const options = { ...task.request, config, weights, onProgress: onTokens };
        return { kind: 'score', scores: await scoreTopK(sessions, options) };
      }
      case 'train': {
        const trained = await trainModel(sessions, {
          ...task.request,
          config,
          weights,
          onProgress: (progress) => onProgress({ kind: 'train', progress }),
        });
        return { kind: 'train', result: toResult(task.request, trained) };
      }
      default:
        return task satisfies never;
    }
  };
  return { run, close: () => sessions.close() };
}

function toResult({ capacity }: TrainRequest, trained: Trained): TrainResult {
  const { tensors, losses, tokens } = trained;
  if (capacity.kind === 'full') {
    const file = writeSafetensors(tensors, { dtype: 'F32' });
    return { kind: 'full', file, scale: undefined, losses, tokens };
  }
  const named = new Map([...tensors].map(([name, t]) => [`base_model.model.${name}`, t]));
  const file = writeSafetensors(named, { dtype: 'F32' });
  return { kind: 'lora', file, scale: capacity.alpha / capacity.rank, losses, tokens };
}
