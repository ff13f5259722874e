import { createSessionCache } from '../src/engine/session-cache.ts';
import { initWeights } from '../src/engine/init-weights.ts';
import { POCKET } from './settings.ts';
import { examplesOf, timeSteps, tokensPerSecond } from './workload.ts';

const STEPS = 60;
const BATCH_SIZE = 32;
const LENGTHS = { promptTokens: 10, completionTokens: 10 };

/** Tokens per second when every weight of a pocket model is trained on one thread. */
export async function benchPocket(): Promise<number> {
  const cache = createSessionCache({ threads: 1 });
  const steps = await timeSteps(cache, {
    config: POCKET,
    weights: initWeights(POCKET, 'bench'),
    capacity: { kind: 'full' },
    examples: examplesOf(BATCH_SIZE * STEPS, LENGTHS, POCKET.vocabSize),
    objective: { kind: 'sft' },
    epochs: 1,
    batchSize: BATCH_SIZE,
  });
  await cache.close();
  return tokensPerSecond(steps, 2);
}
