import { resolve } from 'node:path';
import type { Capacity, DecoderConfig, Optimiser } from '../src/engine/types.ts';

/** Shape of the pocket bases. */
export const POCKET: DecoderConfig = {
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

/** Shape of SmolLM2-135M, for machines without its file. */
export const SMOLLM2: DecoderConfig = {
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
export const SMOLLM2_PATH = resolve('models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');

/** LoRA of rank 16 on every linear layer: what the field uses by default. */
export const LORA = {
  kind: 'lora',
  rank: 16,
  alpha: 32,
  targets: ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'],
} as const satisfies Capacity;

export const OPTIMISER: Optimiser = {
  learningRate: 1e-4,
  warmupSteps: 0,
  schedule: 'constant',
  weightDecay: 0,
  maxGradNorm: 1,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
};

/** Examples of a training step, and their lengths: 8 rows of 128 tokens, half of them scored. */
export const TRAINING = { batchSize: 8, promptTokens: 64, completionTokens: 64, topK: 64 } as const;

/** Sequences sampled side by side, and their lengths. */
export const SAMPLING = { sequences: 32, promptTokens: 64, newTokens: 64 } as const;

/** Requests answered side by side until each answer ends, or at most so far. */
export const CHATS = { sequences: 32, maxNewTokens: 128, temperature: 0.7 } as const;
