import type { Json } from '../base/json.ts';
import type { ModelRef } from '../model/types.ts';

/** What a backend can do; a plan refuses a recipe whose backend lacks what it needs. */
export type Capability = 'sample' | 'score-top-k' | 'train-sft' | 'train-kd';

/** One draw to be sampled. `seed` alone decides its randomness, whatever else is in the batch. */
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
  readonly topP?: number;
  readonly endIds: readonly number[];
}

/** `ids` holds the end token when `stop` is `end`; `truncated` means maxTokens was reached. */
export interface SampledCompletion {
  readonly ids: readonly number[];
  readonly stop: 'end' | 'truncated';
}

export interface ScoreItem {
  readonly promptIds: readonly number[];
  readonly completionIds: readonly number[];
}

export interface ScoreRequest {
  readonly model: ModelRef;
  readonly items: readonly ScoreItem[];
  readonly topK: number;
}

/**
 * Next-token distributions at every completion position, flattened over items in order:
 * `rows` = sum of completion lengths. `tokenIds_NK` and `logprobs_NK` are row-major [rows, topK]
 * with logprobs descending; `chosen_N` is the log-probability of the token that was there.
 */
export interface TopKScores {
  readonly rows: number;
  readonly topK: number;
  readonly tokenIds_NK: Int32Array;
  readonly logprobs_NK: Float32Array;
  readonly chosen_N: Float32Array;
}

export interface Optimiser {
  readonly learningRate: number;
  readonly warmupSteps: number;
  readonly schedule: 'constant' | 'linear' | 'cosine';
  readonly weightDecay: number;
  readonly maxGradNorm: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

export type Capacity =
  | { readonly kind: 'full' }
  | {
      readonly kind: 'lora';
      readonly rank: number;
      readonly alpha: number;
      /** Linear layers by their Hugging Face name: q_proj, k_proj, …, down_proj. */
      readonly targets: readonly string[];
    };

export interface TrainRequest {
  readonly model: ModelRef;
  readonly capacity: Capacity;
  readonly examples: readonly ScoreItem[];
  /** `kd`: forward KL to the teacher's top-k plus one tail bucket; rows follow `examples`. */
  readonly objective:
    | { readonly kind: 'sft' }
    | { readonly kind: 'kd'; readonly targets: TopKScores; readonly temperature: number };
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: Optimiser;
  readonly seed: string;
}

export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  readonly loss: number;
  readonly gradNorm: number;
  readonly tokens: number;
}

/** `file` is a safetensors file: all weights (`full`) or PEFT adapter tensors (`lora`). */
export interface TrainResult {
  readonly kind: 'full' | 'lora';
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
