import { initWeights } from '../src/engine/init-weights.ts';
import { createSessionCache } from '../src/engine/session-cache.ts';
import { createSession } from '../src/engine/session.ts';
import { gemm } from '../src/engine/graph/matmul-ops.ts';
import { input } from '../src/engine/graph/value.ts';
import { trainModel } from '../src/engine/train/train-model.ts';
import { sampleModel } from '../src/engine/generate/sample-model.ts';
import { createRng } from '../src/base/rng.ts';
const which = process.argv[2];
const threads = Number(process.argv[3] ?? 1);
const opt = {
  learningRate: 1e-3,
  warmupSteps: 2,
  schedule: 'constant' as const,
  weightDecay: 0,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.99,
  epsilon: 1e-8,
};
{
  const s = await createSession(
    new Map([['c', gemm(input('a', [1024, 1024]), input('b', [1024, 1024]))]]),
    { threads },
  );
  const f = new Map([
    ['a', new Float32Array(1 << 20).fill(1)],
    ['b', new Float32Array(1 << 20).fill(1)],
  ]);
  let best = 1e9;
  for (let i = 0; i < 12; i++) {
    const t = performance.now();
    await s.run(f);
    best = Math.min(best, performance.now() - t);
  }
  console.log('matmul GFLOP/s', (2 * 1024 ** 3) / best / 1e6);
}
const rng = createRng('x');
const cache = createSessionCache({ threads });
if (which !== 'smol') {
  const [d, L, f] =
    which === 'p64' ? [64, 3, 176] : which === 'p64x2' ? [64, 2, 176] : [96, 3, 256];
  const config = {
    vocabSize: 180,
    hiddenSize: d!,
    intermediateSize: f!,
    layers: L!,
    heads: 4,
    kvHeads: 4,
    headDim: d! / 4,
    ropeTheta: 10000,
    rmsNormEps: 1e-5,
    tiedEmbeddings: true,
  };
  const weights = initWeights(config, 's');
  let n = 0;
  for (const t of weights.values()) n += t.data.length;
  console.log('params', n);
  const examples = Array.from({ length: 512 }, () => ({
    promptIds: Array.from({ length: 8 + rng.int(8) }, () => rng.int(180)),
    completionIds: Array.from({ length: 8 + rng.int(8) }, () => rng.int(180)),
  }));
  for (let rep = 0; rep < 2; rep++) {
    const t = performance.now();
    const r = await trainModel(cache, {
      config,
      weights,
      capacity: { kind: 'full' },
      examples,
      objective: { kind: 'sft' },
      epochs: 3,
      batchSize: 32,
      optimiser: opt,
      seed: 'a',
    });
    console.log(
      'train tokens/s',
      (r.tokens / (performance.now() - t)) * 1000,
      'ms',
      performance.now() - t,
    );
  }
  for (let rep = 0; rep < 2; rep++) {
    const t = performance.now();
    const r = await sampleModel(cache, {
      config,
      weights,
      items: examples.map((e, i) => ({ promptIds: e.promptIds, seed: `${i}` })),
      maxTokens: 20,
      endIds: [1],
      temperature: 1,
      batch: 128,
    });
    const n = r.reduce((a, c) => a + c.ids.length, 0);
    console.log(
      'sample tokens/s',
      (n / (performance.now() - t)) * 1000,
      'ms',
      performance.now() - t,
    );
  }
} else {
  const config = {
    vocabSize: 49152,
    hiddenSize: 576,
    intermediateSize: 1536,
    layers: 30,
    heads: 9,
    kvHeads: 3,
    headDim: 64,
    ropeTheta: 100000,
    rmsNormEps: 1e-5,
    tiedEmbeddings: true,
  };
  const weights = initWeights(config, 's');
  const examples = Array.from({ length: 40 }, () => ({
    promptIds: Array.from({ length: 64 }, () => rng.int(49152)),
    completionIds: Array.from({ length: 64 }, () => rng.int(49152)),
  }));
  const K = 64,
    rows = 40 * 64;
  const targets = {
    rows,
    topK: K,
    tokenIds_NK: Int32Array.from({ length: rows * K }, (_, i) => (i * 7) % 49152),
    logprobs_NK: new Float32Array(rows * K).fill(Math.log(1 / 80)),
    chosen_N: new Float32Array(rows),
  };
  let last = performance.now();
  const t = performance.now();
  await trainModel(cache, {
    config,
    weights,
    capacity: {
      kind: 'lora',
      rank: 16,
      alpha: 32,
      targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
    },
    examples,
    objective: { kind: 'kd', targets, temperature: 1 },
    epochs: 1,
    batchSize: 8,
    optimiser: opt,
    seed: 'a',
    onProgress: (p) => {
      const now = performance.now();
      console.log(
        p.step,
        p.loss,
        'tok/s',
        (1024 / (now - last)) * 1000,
        'GFLOP/s',
        (4 * 134.5e6 * 1024) / (now - last) / 1e6,
        's',
        (now - t) / 1000,
      );
      last = now;
    },
  });
  for (let rep = 0; rep < 2; rep++) {
    const t = performance.now();
    const r = await sampleModel(cache, {
      config,
      weights,
      items: examples.slice(0, 32).map((e, i) => ({ promptIds: e.promptIds, seed: `${i}` })),
      maxTokens: 24,
      endIds: [1],
      temperature: 1,
      batch: 32,
    });
    const n = r.reduce((a, c) => a + c.ids.length, 0);
    console.log(
      'sample tokens/s',
      (n / (performance.now() - t)) * 1000,
      'ms',
      performance.now() - t,
    );
  }
}
console.log('rss', process.memoryUsage().rss / 1e6);
await cache.close();
