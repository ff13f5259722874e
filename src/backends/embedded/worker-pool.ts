import { Worker } from 'node:worker_threads';
import { AppError, workError } from '../../base/errors.ts';
import type { SessionOptions } from '../../engine/session.ts';
import type { Executor } from './execute-task.ts';
import type { Task, TaskProgress, TaskResult, WorkerMessage } from './task.ts';

interface Job {
  readonly task: Task;
  readonly onProgress: (progress: TaskProgress) => void;
  readonly resolve: (result: TaskResult) => void;
  readonly reject: (error: unknown) => void;
}

const STOP_TIMEOUT_MS = 20_000;

/** An executor spread over worker threads, each with its own sessions and weights. */
export function createWorkerPool(workers: number, session: SessionOptions): Executor {
  const queue: Job[] = [];
  const idle: Worker[] = [];
  const all = new Set<Worker>();
  const busy = new Map<Worker, Job>();
  let isClosed = false;

  const dispatch = (): void => {
    while (queue.length > 0) {
      const worker = idle.pop() ?? (all.size < workers ? spawn() : undefined);
      if (worker === undefined) return;
      const job = queue.shift()!;
      busy.set(worker, job);
      worker.postMessage(job.task);
    }
  };

  const finish = (worker: Worker): Job | undefined => {
    const job = busy.get(worker);
    busy.delete(worker);
    return job;
  };

  const spawn = (): Worker => {
    const worker = new Worker(new URL('./worker-main.js', import.meta.url), {
      workerData: session,
    });
    all.add(worker);
    worker.on('message', (message: WorkerMessage) => {
      if (message.type === 'progress') {
        busy.get(worker)?.onProgress(message.progress);
        return;
      }
      const job = finish(worker);
      idle.push(worker);
      if (message.type === 'result') job?.resolve(message.result);
      else job?.reject(revive(message));
      dispatch();
    });
    const onDeath = (reason: string): void => {
      all.delete(worker);
      const at = idle.indexOf(worker);
      if (at >= 0) idle.splice(at, 1);
      finish(worker)?.reject(
        workError('worker-died', `a training thread stopped: ${reason}`, 'run again to resume'),
      );
      if (!isClosed) dispatch();
    };
    worker.on('error', (error) => onDeath(error.message));
    worker.on('exit', (code) => onDeath(`exit code ${code}`));
    return worker;
  };

  return {
    run: (task, onProgress) =>
      new Promise((resolve, reject) => {
        queue.push({ task, onProgress, resolve, reject });
        dispatch();
      }),
    close: async () => {
      isClosed = true;
      await Promise.all([...all].map(stop));
    },
  };
}

/** Ends a worker after the session run it is in; one that does not answer is terminated. */
async function stop(worker: Worker): Promise<void> {
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.postMessage('stop');
  const timeout = setTimeout(() => void worker.terminate(), STOP_TIMEOUT_MS);
  await ended;
  clearTimeout(timeout);
}

function revive(message: Extract<WorkerMessage, { type: 'error' }>): Error {
  if (message.app === undefined) {
    const error = new Error(message.message);
    if (message.stack !== undefined) error.stack = message.stack;
    return error;
  }
  const { code, hint, exitCode } = message.app;
  return new AppError(code, message.message, { exitCode, ...(hint === undefined ? {} : { hint }) });
}
