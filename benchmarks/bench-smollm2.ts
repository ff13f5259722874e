import { createSessionCache } from '../src/engine/session-cache.ts';
import { matmulGflops } from './matmul-peak.ts';
import { SAMPLING, TRAINING } from './settings.ts';
import { sampleSmollm2, smollm2Weights, trainSmollm2 } from './smollm2-workload.ts';
import { median, tokensPerSecond } from './workload.ts';

const ROUNDS = 5;
const STEPS_PER_ROUND = 5;
/** The first steps of a round are not counted. */
const WARMUP_STEPS = 2;
const SAMPLING_RUNS = 2;

/** How fast SmolLM2-135M is distilled and sampled, next to the machine's matrix product peak. */
export interface Smollm2Speed {
  readonly tokensPerSecond: number;
  /** By the usual count for LoRA: 2·N forward and 2·N backward per token, N all weights. */
  readonly gflops: number;
  readonly matmul: number;
  /** Median over rounds of `gflops` as a share of the peak measured around the round. */
  readonly ratio: number;
  /** The same, with the head counted at the scored positions alone, where it is really computed. */
  readonly scoredHeadRatio: number;
  readonly sampled: number;
  readonly source: 'checkpoint' | 'random';
}

/** Trains and samples in this process with `threads` threads. */
export async function benchSmollm2(threads: number): Promise<Smollm2Speed> {
  const cache = createSessionCache({ threads });
  const { weights, source } = await smollm2Weights();
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const head = weights.get('model.embed_tokens.weight')?.data.length ?? 0;
  const { promptTokens, completionTokens } = TRAINING;
  const unscored = promptTokens / (promptTokens + completionTokens);
  // The machine's speed drifts: each round of steps is set against peaks measured around it.
  const rounds: { readonly rate: number; readonly peak: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await matmulGflops(threads);
    const steps = await trainSmollm2(cache, weights, STEPS_PER_ROUND);
    const peak = Math.max(before, await matmulGflops(threads));
    rounds.push({ rate: tokensPerSecond(steps, WARMUP_STEPS), peak });
  }
  const seconds: number[] = [];
  for (let i = 0; i < SAMPLING_RUNS; i++) seconds.push(await sampleSmollm2(cache, weights));
  await cache.close();
  const gflops = (rate: number, multiplied: number): number => (4 * multiplied * rate) / 1e9;
  const rate = median(rounds.map((round) => round.rate));
  const share = (multiplied: number): number =>
    median(rounds.map((round) => gflops(round.rate, multiplied) / round.peak));
  return {
    tokensPerSecond: rate,
    gflops: gflops(rate, parameters),
    matmul: median(rounds.map(({ peak }) => peak)),
    ratio: share(parameters),
    scoredHeadRatio: share(parameters - head * unscored),
    sampled: (SAMPLING.sequences * SAMPLING.newTokens) / Math.min(...seconds),
    source,
  };
}
