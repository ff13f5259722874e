import type { Json } from '../base/json.ts';
import type {
  Capacity,
  Objective,
  Optimiser,
  TokenExample,
  TopKScores,
  TrainProgress as TrainStep,
} from '../engine/types.ts';
import type { ModelRef } from '../model/types.ts';

export type { Capacity, Objective, Optimiser, TokenExample, TopKScores };

/** One training step as it ended. */
export interface TrainProgress extends TrainStep {
  /** Of this step, by the backend's clock; absent when it does not measure. */
  readonly tokensPerSecond?: number;
}

/** What a backend can do; a plan refuses a recipe whose backend lacks what it needs. */
export type Capability = 'sample' | 'score-top-k' | 'train-sft' | 'train-kd';

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

export interface TrainRequest {
  readonly model: ModelRef;
  readonly capacity: Capacity;
  readonly examples: readonly TokenExample[];
  readonly objective: Objective;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly seed: string;
  /** Tokens computed at once, at most; batches that have more are accumulated. */
  readonly maxRunTokens?: number;
  /** Text whose first tokens initialise a prefix; that of the examples when absent. */
  readonly prefixIds?: readonly number[];
  /** Where a killed training left its state, and where this one may leave its own. Never changes the result. */
  readonly checkpoint?: CheckpointRequest;
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
  train(
    request: TrainRequest,
    onProgress?: (progress: TrainProgress) => void,
  ): Promise<TrainResult>;
  close(): Promise<void>;
}
