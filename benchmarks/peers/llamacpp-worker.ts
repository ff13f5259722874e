import { SAMPLING, SMOLLM2_PATH } from '../settings.ts';
import { PROMPTS } from '../smollm2-workload.ts';
import { isToken, openLlamaCpp } from './open-llamacpp.ts';
import { serveRounds } from './serve-rounds.ts';

/**
 * llama.cpp as a process of its own, `node llamacpp-worker.js THREADS`: the quantised file as it
 * is, all sequences in one batch.
 */
const threads = Number(process.argv[2]);
const { llama, model } = await openLlamaCpp(SMOLLM2_PATH, threads);
const context = await model.createContext({
  contextSize: SAMPLING.promptTokens + SAMPLING.newTokens,
  sequences: SAMPLING.sequences,
  batchSize: SAMPLING.sequences * SAMPLING.promptTokens,
  threads,
});
const sequences = PROMPTS.map((promptIds) => ({
  prompt: promptIds.filter(isToken),
  sequence: context.getSequence(),
}));

await serveRounds(`node-llama-cpp, Q4_1 weights, ${threads} threads`, async () => {
  for (const { sequence } of sequences) await sequence.clearHistory();
  const start = performance.now();
  await Promise.all(sequences.map((_, i) => sampleOne(i)));
  return { seconds: [(performance.now() - start) / 1000], losses: [] };
});
await llama.dispose();

async function sampleOne(index: number): Promise<void> {
  const { prompt, sequence } = sequences[index]!;
  const options = { temperature: 1, topK: 0, topP: 1, minP: 0, seed: index, yieldEogToken: true };
  let made = 0;
  for await (const _ of sequence.evaluate(prompt, options)) {
    if (++made === SAMPLING.newTokens) return;
  }
  throw new Error(`sequence ${index} ended after ${made} tokens`);
}
