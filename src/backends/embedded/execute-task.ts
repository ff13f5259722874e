import { sampleModel, type SampleOptions } from '../../engine/decode/sample-model.ts';
import { scoreDivergence } from '../../engine/score-divergence.ts';
import { scoreTopK } from '../../engine/score-top-k.ts';
import type { SessionOptions } from '../../engine/session.ts';
import { loraScale } from '../../engine/decoder/adapters.ts';
import { createSessionCache } from '../../engine/session-cache.ts';
import type { Trained } from '../../engine/train/train-model.ts';
import type { DecoderConfig, DenseTensor } from '../../engine/types.ts';
import { toPromptEmbeddings } from '../../model/prefix-delta.ts';
import { writeSafetensors } from '../../model/safetensors.ts';
import { openTokenizer } from '../../model/open-tokenizer.ts';
import { stopMatcher } from '../../model/stop-matcher.ts';
import type { ModelRef, Tokenizer } from '../../model/types.ts';
import type { OnPolicyRequest, SampleRequest, TrainRequest, TrainResult } from '../backend.ts';
import { createModelCache } from './model-cache.ts';
import type { Task, TaskProgress, TaskResult } from './task.ts';
import { timedProgress, train, trainOnPolicy } from './train.ts';

/** Rows decoded at once: enough to fill the cores, few enough for the cache of a large model. */
const SAMPLE_BATCH = { small: 128, large: 32 } as const;
const LARGE_HIDDEN_SIZE = 256;

/** Performs tasks one at a time, keeping compiled sessions and loaded weights between them. */
export interface Executor {
  run(task: Task, onProgress: (progress: TaskProgress) => void): Promise<TaskResult>;
  close(): Promise<void>;
}

/** `options` says where sessions run and on how many threads. */
export function createExecutor(options: SessionOptions): Executor {
  const sessions = createSessionCache(options);
  const models = createModelCache();
  const tokenizers = new Map<string, Tokenizer>();
  const stopper = async (
    model: ModelRef,
    stop: SampleRequest['stop'],
  ): Promise<Pick<SampleOptions, 'isStopped'>> => {
    if (stop === undefined) return {};
    const tokenizer = tokenizers.get(model.path) ?? (await openTokenizer(model.path));
    tokenizers.set(model.path, tokenizer);
    return { isStopped: stopMatcher(tokenizer, stop) };
  };
  const run: Executor['run'] = async (task, onProgress) => {
    const { config, weights } = await models.load(task.request.model);
    const onTokens = ({ tokens }: { tokens: number }): void =>
      onProgress({ kind: 'tokens', tokens });
    switch (task.kind) {
      case 'sample': {
        const stopped = await stopper(task.request.model, task.request.stop);
        const completions = await sampleModel(sessions, {
          ...task.request,
          ...stopped,
          config,
          weights,
          batch: sampleBatch(config),
          onProgress: onTokens,
        });
        return { kind: 'sample', completions };
      }
      case 'score': {
        const options = { ...task.request, config, weights, onProgress: onTokens };
        return { kind: 'score', scores: await scoreTopK(sessions, options) };
      }
      case 'divergence': {
        const { reference: ref, items } = task.request;
        const reference = await models.load(ref);
        const model = { config, weights };
        return {
          kind: 'divergence',
          divergence: await scoreDivergence(sessions, { model, reference, items }),
        };
      }
      case 'train': {
        const progress = timedProgress((update) => onProgress({ kind: 'train', progress: update }));
        const trained = await train(sessions, task.request, { config, weights }, progress);
        return { kind: 'train', result: toResult(task.request, config, trained) };
      }
      case 'train-on-policy': {
        const { request } = task;
        const trained = await trainOnPolicy(sessions, request, {
          student: { config, weights },
          teacher: await models.load(request.teacher),
          ...(await stopper(request.model, request.sampling.stop)),
          batch: sampleBatch(config),
          onProgress: timedProgress((update) => onProgress({ kind: 'train', progress: update })),
        });
        const { sampled } = trained;
        const result = { ...toResult(request, config, trained), sampled };
        return { kind: 'train-on-policy', result };
      }
      default:
        return task satisfies never;
    }
  };
  return { run, close: () => sessions.close() };
}

function sampleBatch({ hiddenSize }: DecoderConfig): number {
  return SAMPLE_BATCH[hiddenSize >= LARGE_HIDDEN_SIZE ? 'large' : 'small'];
}

function toResult(
  { capacity }: Pick<TrainRequest | OnPolicyRequest, 'capacity'>,
  config: DecoderConfig,
  trained: Trained,
): TrainResult {
  const { tensors, losses, tokens } = trained;
  const write = (named: ReadonlyMap<string, DenseTensor>): Uint8Array =>
    writeSafetensors(named, { dtype: 'F32' });
  switch (capacity.kind) {
    case 'full':
      return { kind: 'full', file: write(tensors), scale: undefined, losses, tokens };
    case 'lora': {
      const named = new Map([...tensors].map(([name, t]) => [`base_model.model.${name}`, t]));
      return { kind: 'lora', file: write(named), scale: loraScale(capacity), losses, tokens };
    }
    case 'prefix': {
      const file = write(toPromptEmbeddings(tensors, config));
      return { kind: 'prefix', file, scale: undefined, losses, tokens };
    }
    default:
      return capacity satisfies never;
  }
}
