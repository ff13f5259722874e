import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { createRng } from '../src/base/rng.ts';
import { sampleModel } from '../src/engine/decode/sample-model.ts';
import { initWeights } from '../src/engine/init-weights.ts';
import { createSessionCache } from '../src/engine/session-cache.ts';
import { trainModel } from '../src/engine/train/train-model.ts';
import type { DecoderConfig, NamedTensors, TokenExample } from '../src/engine/types.ts';
import { embeddedLayout } from '../src/backends/embedded/embedded-backend.ts';
import { loadWeights } from '../src/model/load-weights.ts';
import { matmulGflops } from './matmul-peak.ts';

/**
 * `npm run bench [-- --json]`: how fast this machine trains and samples, next to its own matrix
 * product peak measured in the same run. Compare ratios; absolute figures depend on the machine.
 */
const POCKET: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 200,
  hiddenSize: 96,
  intermediateSize: 256,
  layers: 3,
  heads: 4,
  kvHeads: 4,
  headDim: 24,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const SMOLLM2: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 49_152,
  hiddenSize: 576,
  intermediateSize: 1536,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  headDim: 64,
  ropeTheta: 100_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const SMOLLM2_PATH = 'models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf';
const LORA = {
  kind: 'lora' as const,
  rank: 16,
  alpha: 32,
  targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
};
const OPTIMISER = {
  learningRate: 1e-4,
  warmupSteps: 0,
  schedule: 'constant' as const,
  weightDecay: 0,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};
const TOP_K = 64;
const ROUNDS = 5;
/** The first two steps of a round are not counted. */
const STEPS_PER_ROUND = 5;

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const log = (line: string): void => {
  if (!values.json) console.log(line);
};
const threads = availableParallelism();
const trainPocket = await benchPocket();
log(`training, pocket model, all weights, 1 thread   ${trainPocket.toFixed(0)} tokens/s`);
const smollm2 = await benchSmollm2();
const { matmul, ratio } = smollm2;
log(
  `training, SmolLM2-135M, LoRA r16, KD top-64     ${smollm2.tokensPerSecond.toFixed(0)} tokens/s, ${smollm2.gflops.toFixed(0)} GFLOP/s`,
);
log(`sampling, SmolLM2-135M, batch 32                ${smollm2.sampled.toFixed(0)} tokens/s`);
log(`matrix product 1024³, ${threads} threads                ${matmul.toFixed(0)} GFLOP/s`);
log(`training as a share of the matrix product       ${ratio.toFixed(2)}`);
if (values.json) {
  console.log(
    JSON.stringify({
      trainPocket: { tokensPerSecond: trainPocket },
      trainSmollm2: { tokensPerSecond: smollm2.tokensPerSecond, gflops: smollm2.gflops },
      sampling: { tokensPerSecond: smollm2.sampled },
      matmulGflops: matmul,
      ratio,
      weights: smollm2.source,
      threads,
    }),
  );
}

function examplesOf(
  count: number,
  prompt: number,
  completion: number,
  vocabulary: number,
): TokenExample[] {
  const rng = createRng('bench', count);
  const ids = (n: number): number[] => Array.from({ length: n }, () => rng.int(vocabulary));
  return Array.from({ length: count }, () => ({
    promptIds: ids(prompt),
    completionIds: ids(completion),
  }));
}

async function benchPocket(): Promise<number> {
  const cache = createSessionCache({ threads: 1 });
  const examples = examplesOf(32 * 60, 10, 10, POCKET.vocabSize);
  const rates = await stepRates(cache, {
    config: POCKET,
    weights: initWeights(POCKET, 'bench'),
    capacity: { kind: 'full' },
    examples,
    objective: { kind: 'sft' },
    batchSize: 32,
  });
  await cache.close();
  return median(rates);
}

async function benchSmollm2(): Promise<{
  readonly tokensPerSecond: number;
  readonly gflops: number;
  readonly sampled: number;
  readonly matmul: number;
  readonly ratio: number;
  readonly source: 'checkpoint' | 'random';
}> {
  const layout = embeddedLayout(135e6);
  const cache = createSessionCache(layout);
  const source = existsSync(SMOLLM2_PATH) ? 'checkpoint' : 'random';
  const weights: NamedTensors =
    source === 'checkpoint'
      ? (await loadWeights({ path: SMOLLM2_PATH, deltas: [] })).weights
      : initWeights(SMOLLM2, 'bench');
  const examples = examplesOf(8 * STEPS_PER_ROUND, 64, 64, SMOLLM2.vocabSize);
  const rows = examples.length * 64;
  const rng = createRng('bench targets');
  const targets = {
    rows,
    topK: TOP_K,
    tokenIds_NK: Int32Array.from(
      { length: rows * TOP_K },
      (_, i) => ((i % TOP_K) * 701 + rng.int(700)) % SMOLLM2.vocabSize,
    ),
    logprobs_NK: new Float32Array(rows * TOP_K).fill(Math.log(1 / 80)),
    chosen_N: new Float32Array(rows),
  };
  // The usual count for LoRA: 2·N forward and 2·N backward per token, N weights that multiply.
  const parameters = [...weights.values()].reduce((sum, { data }) => sum + data.length, 0);
  const toGflops = (tokensPerSecond: number): number => (4 * parameters * tokensPerSecond) / 1e9;
  // The machine's speed drifts: each round of steps is set against peaks measured around it.
  const rounds: { readonly tokensPerSecond: number; readonly peak: number }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const before = await matmulGflops(threads);
    const rates = await stepRates(cache, {
      config: SMOLLM2,
      weights,
      capacity: LORA,
      examples,
      objective: { kind: 'kd', targets, temperature: 1 },
      batchSize: 8,
    });
    const peak = Math.max(before, await matmulGflops(threads));
    rounds.push({ tokensPerSecond: median(rates), peak });
  }
  const items = examples.slice(0, 32).map(({ promptIds }, i) => ({ promptIds, seed: `${i}` }));
  const options = {
    config: SMOLLM2,
    weights,
    items,
    maxTokens: 64,
    temperature: 1,
    endIds: [-1],
    batch: 32,
  };
  let sampled = 0;
  for (let i = 0; i < 2; i++) {
    const start = performance.now();
    await sampleModel(cache, options);
    sampled = Math.max(sampled, (32 * 64 * 1000) / (performance.now() - start));
  }
  await cache.close();
  const tokensPerSecond = median(rounds.map((round) => round.tokensPerSecond));
  return {
    tokensPerSecond,
    gflops: toGflops(tokensPerSecond),
    sampled,
    matmul: median(rounds.map(({ peak }) => peak)),
    ratio: median(rounds.map((round) => toGflops(round.tokensPerSecond) / round.peak)),
    source,
  };
}

/** Tokens per second of every step after the first two. */
async function stepRates(
  cache: ReturnType<typeof createSessionCache>,
  options: Pick<
    Parameters<typeof trainModel>[1],
    'config' | 'weights' | 'capacity' | 'examples' | 'objective' | 'batchSize'
  >,
): Promise<number[]> {
  const rates: number[] = [];
  let last = performance.now();
  let tokens = 0;
  await trainModel(cache, {
    ...options,
    epochs: 1,
    optimiser: OPTIMISER,
    seed: 'bench',
    onProgress: (progress) => {
      const now = performance.now();
      if (progress.step > 2) rates.push(((progress.tokens - tokens) * 1000) / (now - last));
      tokens = progress.tokens;
      last = now;
    },
  });
  return rates;
}

function median(values_: readonly number[]): number {
  return [...values_].sort((a, b) => a - b)[Math.floor(values_.length / 2)]!;
}
