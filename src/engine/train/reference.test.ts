import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createRng } from '../../base/rng.ts';
import { createSessionCache } from '../session-cache.ts';
import { adamW, raggedExamples, smallConfig, smallWeights } from '../small-model.fixture.ts';
import type { Capacity, Optimiser } from '../types.ts';
import { trainModel } from './train-model.ts';

// Goldens of scripts/references/training.py: PyTorch, PEFT and the parameter groups, clipping and
// schedules of transformers, on the same data in the same order.
const read = <T>(name: string, schema: z.ZodType<T>): T =>
  schema.parse(JSON.parse(readFileSync(new URL(`goldens/${name}`, import.meta.url), 'utf8')));
const numbers = z.array(z.number());
const trajectories = read(
  'trajectories.json',
  z.record(z.string(), z.object({ losses: numbers, gradNorms: numbers })),
);
const gradients = read(
  'gradients.json',
  z.record(z.string(), z.record(z.string(), z.base64().transform(floats))),
);

function floats(base64: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(base64, 'base64')).buffer);
}

const ALL_LINEAR = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
const CASES: Record<string, { capacity: Capacity; optimiser: Optimiser }> = {
  full: {
    capacity: { kind: 'full' },
    optimiser: { ...adamW, warmupSteps: 5, minLearningRateRatio: 0.1, weightDecay: 0.1 },
  },
  lora: {
    capacity: { kind: 'lora', rank: 4, alpha: 8, targets: ALL_LINEAR },
    optimiser: {
      ...adamW,
      learningRate: 1e-2,
      warmupSteps: 0,
      schedule: 'linear',
      weightDecay: 0.1,
    },
  },
  rslora: {
    capacity: { kind: 'lora', rank: 3, alpha: 6, targets: ['q_proj', 'v_proj'], useRslora: true },
    optimiser: {
      ...adamW,
      learningRate: 1e-2,
      warmupSteps: 0,
      schedule: 'constant',
      weightDecay: 0,
      maxGradNorm: 0.2,
    },
  },
  prefix: {
    capacity: { kind: 'prefix', length: 6, frozenTokens: 1 },
    optimiser: { ...adamW, learningRate: 5e-2, warmupSteps: 0, minLearningRateRatio: 0.1 },
  },
};

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());
const common = {
  config: smallConfig,
  weights: smallWeights('weights'),
  examples: raggedExamples(40, 'reference'),
  objective: { kind: 'sft' as const },
  batchSize: 8,
  seed: 'reference',
  prefixIds: [7, 1, 30, 30, 12, 5],
};

describe.each(Object.entries(CASES))('training %s against PyTorch and PEFT', (name, options) => {
  it('gives the same 50 losses and gradient norms', async () => {
    const expected = trajectories[name]!;
    const gradNorms: number[] = [];
    const { losses } = await trainModel(cache, {
      ...common,
      ...options,
      epochs: 10,
      onProgress: ({ gradNorm }) => gradNorms.push(gradNorm),
    });
    expect(losses).toHaveLength(50);
    losses.forEach((loss, i) => {
      expect(Math.abs(loss - expected.losses[i]!)).toBeLessThan(1e-3);
      expect(Math.abs(gradNorms[i]! / expected.gradNorms[i]! - 1)).toBeLessThan(1e-2);
    });
    expect(expected.losses.at(-1)).toBeLessThan(0.96 * expected.losses[0]!);
  });

  it('gives the same first gradient', async () => {
    // Without momentum and clipping the first moment is the gradient itself.
    const { adamW: state } = await trainModel(cache, {
      ...common,
      ...options,
      optimiser: { ...options.optimiser, beta1: 0, maxGradNorm: 1e9 },
      epochs: 1,
      examples: firstBatch(),
    });
    const expected = gradients[name]!;
    expect([...state.moments.keys()].sort()).toEqual(Object.keys(expected).sort());
    for (const [tensor, { m }] of state.moments) {
      const reference = expected[tensor]!;
      expect(m).toHaveLength(reference.length);
      const [ours, theirs] = [Math.hypot(...m), Math.hypot(...reference)];
      const error = Math.max(...m.map((value, i) => Math.abs(value - reference[i]!)));
      expect(error).toBeLessThanOrEqual(1e-3 * Math.max(...reference.map(Math.abs)));
      if (theirs === 0) continue;
      const dot = m.reduce((sum, value, i) => sum + value * reference[i]!, 0);
      expect(dot / (ours * theirs)).toBeGreaterThan(0.99999);
    }
  });
});

/** The first eight examples in the order of the first epoch: the batch of step 1. */
function firstBatch() {
  const order = createRng(common.seed, 'epoch', 0).shuffle(common.examples);
  return order.slice(0, common.batchSize);
}
