import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../../test/support/temporary-store.ts';
import { sha256 } from '../../base/digest.ts';
import { createRng } from '../../base/rng.ts';
import { tinyConfig, tinyModel, tinyWeights } from '../../model/tiny-model.fixture.ts';
import type { ModelDelta, ModelRef } from '../../model/types.ts';
import { writeHfDirectory } from '../../model/write-hf-directory.ts';
import type { Capacity, TokenExample, TrainRequest, TrainResult } from '../backend.ts';

/** Each capacity with a name. */
export const CAPACITIES: readonly (readonly [string, Capacity])[] = [
  ['all weights', { kind: 'full' }],
  ['LoRA', { kind: 'lora', rank: 4, alpha: 8, targets: ['q_proj', 'o_proj', 'up_proj'] }],
  ['rsLoRA', { kind: 'lora', rank: 4, alpha: 8, targets: ['k_proj'], useRslora: true }],
  ['a prefix', { kind: 'prefix', length: 3, frozenTokens: 1 }],
];

const rng = createRng('examples');
const ids = (n: number): number[] => Array.from({ length: n }, () => rng.int(tinyConfig.vocabSize));
/** A few rows of random ids. */
export const examples: TokenExample[] = Array.from({ length: 8 }, () => ({
  promptIds: ids(2 + rng.int(6)),
  completionIds: ids(1 + rng.int(6)),
}));

/** A base on disk in a folder of its own, with weights far from uniform predictions. */
export function base(seed = 0): { folder: string; model: ModelRef } {
  const folder = temporaryFolder();
  const path = join(folder, 'base');
  const weights = tinyWeights(tinyConfig, seed);
  for (const { shape, data } of weights.values()) {
    data.forEach((value, i) => (data[i] = shape.length === 1 ? 1 : 10 * value));
  }
  writeHfDirectory(path, tinyModel({ weights }));
  return { folder, model: { path, baseDigest: path, deltas: [], digest: path } };
}

/** A short training of all rows at once. */
export const request = (model: ModelRef, capacity: Capacity, epochs: number): TrainRequest => ({
  model,
  capacity,
  examples,
  objective: { kind: 'sft' },
  epochs,
  batchSize: 8,
  optimiser: {
    learningRate: 0.05,
    warmupSteps: 0,
    schedule: 'constant',
    weightDecay: 0,
    maxGradNorm: 1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
  },
  seed: 'student',
});

/** The model that a training made, as later steps refer to it. */
export function derived(model: ModelRef, folder: string, result: TrainResult): ModelRef {
  const { kind, file, scale } = result;
  const digest = sha256(file);
  const path = join(folder, digest);
  writeFileSync(path, file);
  const delta: ModelDelta = { kind, path, digest, ...(scale === undefined ? {} : { scale }) };
  return { ...model, deltas: [delta], digest };
}
