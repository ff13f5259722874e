import { createSessionCache } from '../../src/engine/session-cache.ts';
import { chatWorkload, sampleChats } from '../chat-workload.ts';
import { sampleSmollm2, smollm2Weights, trainSmollm2 } from '../smollm2-workload.ts';
import { serveRounds } from './serve-rounds.ts';

/** Our engine as a process of its own: `node engine-worker.js train|sample|chat THREADS`. */
const [task, threads] = process.argv.slice(2);
const cache = createSessionCache({ threads: Number(threads) });
const { weights, source } = await smollm2Weights();
const settings = `onnxruntime-node, float32, ${threads} threads, ${source} weights`;
if (task === 'train') {
  await serveRounds(settings, (steps) => trainSmollm2(cache, weights, steps));
} else if (task === 'chat') {
  const chats = await chatWorkload();
  let round = 0;
  await serveRounds(settings, async () => {
    const { seconds, tokens } = await sampleChats(cache, weights, chats, round++);
    return { seconds: [seconds], losses: [], tokens };
  });
} else {
  await serveRounds(settings, async () => ({
    seconds: [await sampleSmollm2(cache, weights)],
    losses: [],
  }));
}
await cache.close();
