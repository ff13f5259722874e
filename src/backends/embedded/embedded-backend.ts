import { availableParallelism } from 'node:os';
import { type Backend, CAPABILITIES } from '../backend.ts';
import type { Provider } from '../../engine/provider.ts';
import { ENGINE_VERSION } from './engine-version.ts';
import { createExecutor, type Executor } from './execute-task.ts';
import type { Task, TaskProgress, TaskResult } from './task.ts';
import { createWorkerPool } from './worker-pool.ts';

export { PROVIDERS } from '../../engine/provider.ts';

export interface EmbeddedOptions {
  /** Worker threads, each serving one request; 0 works in this thread. */
  readonly workers: number;
  /** Threads inside one op. */
  readonly threads: number;
  /** Where models run; default cpu. */
  readonly provider?: Provider;
  /** Compiled graphs kept by each worker; the session cache's default when absent. */
  readonly maxSessions?: number;
}

/** Models with fewer parameters run side by side, one thread each: their ops are too small to split. */
const SMALL_MODEL_PARAMETERS = 20_000_000;

/** How to use this machine for models of this size. */
export function embeddedLayout(parameters: number): EmbeddedOptions {
  const cores = availableParallelism();
  return parameters < SMALL_MODEL_PARAMETERS
    ? { workers: cores, threads: 1 }
    : { workers: 1, threads: cores, maxSessions: 3 };
}

/** Our own engine as a backend: everything on this machine, nothing over the network. */
export function createEmbeddedBackend(options: EmbeddedOptions): Backend {
  const { workers, provider = 'cpu', ...rest } = options;
  const session = { ...rest, provider };
  const executor: Executor =
    workers === 0 ? oneAtATime(createExecutor(session)) : createWorkerPool(workers, session);
  const run = async <K extends TaskResult['kind']>(
    task: Task & { kind: K },
    onProgress: (progress: TaskProgress) => void = () => undefined,
  ): Promise<Extract<TaskResult, { kind: K }>> => {
    const result = await executor.run(task, onProgress);
    if (!isKind(result, task.kind)) throw new Error(`asked for ${task.kind}, got ${result.kind}`);
    return result;
  };
  return {
    name: 'embedded',
    // Providers round differently; what ran on the default one keeps the key it always had.
    identity: {
      name: 'embedded',
      version: ENGINE_VERSION,
      ...(provider === 'cpu' ? {} : { provider }),
    },
    capabilities: new Set(CAPABILITIES),
    slots: Math.max(1, workers),
    sample: async (request, onProgress) => {
      const { completions } = await run({ kind: 'sample', request }, (progress) => {
        if (progress.kind === 'tokens') onProgress?.(progress);
      });
      return completions;
    },
    scoreTopK: async (request) => (await run({ kind: 'score', request })).scores,
    scoreDivergence: async (request) => (await run({ kind: 'divergence', request })).divergence,
    train: async (request, onProgress) => {
      const { result } = await run({ kind: 'train', request }, (progress) => {
        if (progress.kind === 'train') onProgress?.(progress.progress);
      });
      return result;
    },
    trainOnPolicy: async (request, onProgress) => {
      const { result } = await run({ kind: 'train-on-policy', request }, (progress) => {
        if (progress.kind === 'train') onProgress?.(progress.progress);
      });
      return result;
    },
    close: () => executor.close(),
  };
}

function isKind<K extends TaskResult['kind']>(
  result: TaskResult,
  kind: K,
): result is Extract<TaskResult, { kind: K }> {
  return result.kind === kind;
}

// Sessions own their output buffers, so two tasks must not run in one executor at once.
function oneAtATime(executor: Executor): Executor {
  let last: Promise<unknown> = Promise.resolve();
  return {
    run: (task, onProgress) => {
      const result = last.then(() => executor.run(task, onProgress));
      last = result.catch(() => undefined);
      return result;
    },
    close: () => executor.close(),
  };
}
