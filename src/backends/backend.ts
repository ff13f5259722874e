import type { Json } from '../base/json.ts';
import type {
  Capacity,
  Divergence,
  Objective,
  Optimiser,
  TokenDivergence,
  TokenExample,
  TopKScores,
  TrainProgress as TrainStep,
} from '../engine/types.ts';
import type { ModelRef } from '../model/types.ts';

export type { Capacity, Divergence, Objective, Optimiser };
export type { TokenDivergence, TokenExample, TopKScores };

/** One training step as it ended. */
export interface TrainProgress extends TrainStep {
  /** Of this step, by the backend's clock; absent when it does not measure. */
  readonly tokensPerSecond?: number;
}

/** What a backend can do; a plan refuses a recipe whose backend lacks what it needs. */
export const CAPABILITIES = [
  'sample',
  'score-top-k',
  'score-divergence',
  'train-sft',
  'train-kd',
  'train-on-policy',
  'train-dpo',
  'train-kto',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

/**
 * One draw to be sampled. `seed` alone decides its randomness, whatever else is in the batch. To
 * prefill the answer, put its first tokens at the end of `promptIds`.
 */
export interface SampleItem {
  readonly promptIds: readonly number[];
  readonly seed: string;
}

export interface SampleRequest {
  readonly model: ModelRef;
  readonly items: readonly SampleItem[];
  readonly maxTokens: number;
  /** 0 is greedy. */
  readonly temperature: number;
  /** Filters, after temperature and in this order, as transformers applies them. */
  readonly topK?: number;
  readonly topP?: number;
  readonly minP?: number;
  readonly endIds: readonly number[];
  /** Texts that end a completion as soon as it contains one; the ids keep it. */
  readonly stop?: readonly string[];
}

/** `ids` holds the end token or stop text when `stop` is `end`; `truncated`: maxTokens was reached. */
export interface SampledCompletion {
  readonly ids: readonly number[];
  readonly stop: 'end' | 'truncated';
}

export interface ScoreRequest {
  readonly model: ModelRef;
  readonly items: readonly TokenExample[];
  readonly topK: number;
  /** Logits are divided by it first; 1 when absent. */
  readonly temperature?: number;
}

/** Asks how far the model is from the reference, which has the same vocabulary: KL(model ‖ reference). */
export interface DivergenceRequest {
  readonly model: ModelRef;
  readonly reference: ModelRef;
  readonly items: readonly TokenExample[];
}

export interface TrainRequest {
  readonly model: ModelRef;
  readonly capacity: Capacity;
  readonly examples: readonly TokenExample[];
  readonly objective: Objective;
  /** Passes over the examples; absent where `steps` says how long training goes on. */
  readonly epochs?: number;
  /** Optimiser steps, over as many passes as they take; the last pass may end early. */
  readonly steps?: number;
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly seed: string;
  /** Tokens computed at once, at most; batches that have more are accumulated. */
  readonly maxRunTokens?: number;
  /** Text whose first tokens initialise a prefix; that of the examples when absent. */
  readonly prefixIds?: readonly number[];
  /**
   * Stops after this share of the steps (on-policy: of the rounds), above 0, at least one of them.
   * The result is what the whole training is at that point, bit for bit.
   */
  readonly stopAtShare?: number;
  /** Where a killed training left its state, and where this one may leave its own. Never changes the result. */
  readonly checkpoint?: CheckpointRequest;
}

/**
 * On-policy distillation: in every round the student writes, the teacher scores what it wrote, and
 * the student is trained on it once. `examples` give the prompts, and the completions of the rows
 * that the student does not write.
 */
export interface OnPolicyRequest extends Omit<TrainRequest, 'objective' | 'epochs' | 'steps'> {
  /** Has the student's vocabulary. */
  readonly teacher: ModelRef;
  /** Probability that the student writes a row, 0 … 1. */
  readonly lmbda: number;
  readonly rounds: number;
  readonly rowsPerRound: number;
  /** How the student writes. */
  readonly sampling: Omit<SampleRequest, 'model' | 'items'>;
  readonly divergence: Divergence;
  /** Teacher probabilities kept per position. */
  readonly topK: number;
  /** False: what is kept is scaled to sum to 1; else the rest is one tail bucket. */
  readonly tail: boolean;
  /** Of both distributions in the loss. */
  readonly temperature: number;
}

/** A file that a backend may keep the state of a training in; whoever asks removes it. */
export interface CheckpointRequest {
  /** Absolute path; its folder need not exist. */
  readonly path: string;
  /** Least time between two savings. */
  readonly everyMs: number;
}

/**
 * `file` is a safetensors file: all weights (`full`), or the tensors of a PEFT adapter: LoRA factors
 * (`lora`) or `prompt_embeddings` (`prefix`).
 */
export interface TrainResult {
  readonly kind: 'full' | 'lora' | 'prefix';
  readonly file: Uint8Array;
  readonly scale: number | undefined;
  readonly losses: readonly number[];
  readonly tokens: number;
}

export interface OnPolicyResult extends TrainResult {
  /** Rows that the student wrote, and how many of these reached `maxTokens`. */
  readonly sampled: { readonly rows: number; readonly truncated: number };
}

/** Who does the work. Every method rejects with an AppError on expected failures. */
export interface Backend {
  readonly name: string;
  /** Enters step keys: anything that can change results (version, precision), nothing else. */
  readonly identity: Json;
  readonly capabilities: ReadonlySet<Capability>;
  /** How many requests it serves at once. */
  readonly slots: number;
  sample(
    request: SampleRequest,
    onProgress?: (progress: { tokens: number }) => void,
  ): Promise<SampledCompletion[]>;
  scoreTopK(request: ScoreRequest): Promise<TopKScores>;
  scoreDivergence(request: DivergenceRequest): Promise<TokenDivergence>;
  train(
    request: TrainRequest,
    onProgress?: (progress: TrainProgress) => void,
  ): Promise<TrainResult>;
  trainOnPolicy(
    request: OnPolicyRequest,
    onProgress?: (progress: TrainProgress) => void,
  ): Promise<OnPolicyResult>;
  close(): Promise<void>;
}
