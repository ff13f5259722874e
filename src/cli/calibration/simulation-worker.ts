import { parentPort } from 'node:worker_threads';
import { performSimulation, type SimulationTask } from './simulation-task.ts';

// Entry of a worker thread: one range of simulated studies at a time.
const port = parentPort;
if (port === null) throw new Error('simulation-worker runs in a worker thread only');
port.on('message', (task: SimulationTask) => port.postMessage(performSimulation(task)));
