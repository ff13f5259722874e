import { Worker } from 'node:worker_threads';
import { workError } from '../../base/errors.ts';
import { NULL_SETTINGS, POWER_SETTINGS } from '../../verdict/simulation/settings.ts';
import { addTallies, type NullTally } from '../../verdict/simulation/simulate-nulls.ts';
import { addPower, type PowerTally } from '../../verdict/simulation/simulate-power.ts';
import {
  type SimulationReport,
  summariseSimulation,
} from '../../verdict/simulation/simulate-studies.ts';
import { type SimulationTally, type SimulationTask, simulationTasks } from './simulation-task.ts';

export interface SimulationOptions {
  /** Null studies of every setting. */
  readonly nullStudies: number;
  /** Studies of every power setting. */
  readonly powerStudies: number;
  readonly seed: string;
  /** Only the setting of this name. */
  readonly setting?: string;
  readonly workers: number;
  /** Told after every task. */
  readonly onProgress: (studiesDone: number, studiesInAll: number) => void;
  readonly signal: AbortSignal;
}

/**
 * Simulates studies over worker threads. The report depends on the counts and the seed alone, not
 * on the number of workers. Undefined when the signal ended it early; work error `worker-died`
 * when a thread fails.
 */
export async function runSimulation(
  options: SimulationOptions,
): Promise<SimulationReport | undefined> {
  const { nullStudies, powerStudies, seed, signal } = options;
  const tasks = simulationTasks(nullStudies, powerStudies, seed, options.setting);
  const tallies = new Map<SimulationTask, SimulationTally>();
  const total = tasks.reduce((sum, { from, to }) => sum + to - from, 0);
  const queue = [...tasks];
  let done = 0;
  await Promise.all(
    Array.from({ length: Math.min(options.workers, tasks.length) }, () =>
      work(queue, signal, (task, tally) => {
        tallies.set(task, tally);
        done += task.to - task.from;
        options.onProgress(done, total);
      }),
    ),
  );
  return signal.aborted ? undefined : report(tasks, tallies, seed);
}

function work(
  queue: SimulationTask[],
  signal: AbortSignal,
  onTally: (task: SimulationTask, tally: SimulationTally) => void,
): Promise<void> {
  const worker = new Worker(new URL('./simulation-worker.js', import.meta.url));
  return new Promise<void>((resolve, reject) => {
    let task: SimulationTask | undefined;
    const next = (): void => {
      task = signal.aborted ? undefined : queue.shift();
      if (task === undefined) resolve();
      else worker.postMessage(task);
    };
    worker.on('message', (tally: SimulationTally) => {
      if (task !== undefined) onTally(task, tally);
      next();
    });
    worker.on('error', (error) => {
      reject(workError('worker-died', `a simulation thread stopped: ${error.message}`));
    });
    next();
  }).finally(() => worker.terminate());
}

// In the order of the tasks, so that sums do not depend on which thread was faster.
function report(
  tasks: readonly SimulationTask[],
  tallies: ReadonlyMap<SimulationTask, SimulationTally>,
  seed: string,
): SimulationReport {
  const of = (kind: SimulationTask['kind'], setting: number): SimulationTally[] =>
    tasks
      .filter((task) => task.kind === kind && task.setting === setting)
      .flatMap((task) => tallies.get(task) ?? []);
  const nulls = NULL_SETTINGS.flatMap((setting, at) => {
    const parts = of('null', at).flatMap((part): NullTally[] =>
      part.kind === 'null' ? [part.tally] : [],
    );
    return parts.length === 0 ? [] : [{ setting, tally: parts.reduce(addTallies) }];
  });
  const power = POWER_SETTINGS.flatMap((setting, at) => {
    const parts = of('power', at).flatMap((part) => (part.kind === 'power' ? [part.tallies] : []));
    if (parts.length === 0) return [];
    const sum = parts.reduce<readonly PowerTally[]>(
      (total, own) => total.map((tally, effect) => addPower(tally, own[effect]!)),
      parts[0]!.map((tally) => ({
        ...tally,
        studies: 0,
        detected: 0,
        predicted: 0,
        full: 0,
        incriminated: 0,
      })),
    );
    return sum.map((tally) => ({ setting, tally }));
  });
  return summariseSimulation(nulls, power, seed);
}
