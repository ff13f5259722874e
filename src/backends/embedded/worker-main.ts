import { parentPort, workerData } from 'node:worker_threads';
import { AppError, messageOf } from '../../base/errors.ts';
import type { SessionOptions } from '../../engine/session.ts';
import { createExecutor } from './execute-task.ts';
import type { Task, WorkerMessage } from './task.ts';

// Entry of a worker thread: one task at a time, its progress, then its result or error.
const port = parentPort;
if (port === null) throw new Error('worker-main runs in a worker thread only');
const session: SessionOptions = workerData;
const executor = createExecutor(session);
const send = (message: WorkerMessage): void => port.postMessage(message);

port.on('message', (task: Task | 'stop') => {
  // Between two runs of a session, never inside one: native code must not lose its thread.
  if (task === 'stop') process.exit(0);
  executor
    .run(task, (progress) => send({ type: 'progress', progress }))
    .then((result) => send({ type: 'result', result }))
    .catch((error: unknown) => {
      const app =
        error instanceof AppError
          ? { code: error.code, hint: error.hint, exitCode: error.exitCode }
          : undefined;
      const stack = error instanceof Error ? error.stack : undefined;
      send({ type: 'error', message: messageOf(error), stack, app });
    });
});
