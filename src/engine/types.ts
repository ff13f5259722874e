/** Decoders the engine has a graph for; `decoder/architectures.ts` says how they differ. */
export type Architecture = 'llama' | 'qwen2' | 'qwen3';

/** How rotary frequencies are slowed down for contexts longer than the model was pretrained on. */
export type RopeScaling =
  | { readonly type: 'linear'; readonly factor: number }
  | {
      readonly type: 'llama3';
      readonly factor: number;
      readonly lowFreqFactor: number;
      readonly highFreqFactor: number;
      readonly originalMaxPositions: number;
    }
  /** A divisor for each of the headDim / 2 frequencies, where that is all a file says. */
  | { readonly type: 'factors'; readonly factors: readonly number[] };

/** Shape of a decoder; names follow Hugging Face's config.json in camelCase. */
export interface DecoderConfig {
  readonly architecture: Architecture;
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly ropeTheta: number;
  /** Absent: frequencies as they are. */
  readonly ropeScaling?: RopeScaling;
  readonly rmsNormEps: number;
  readonly tiedEmbeddings: boolean;
}

/** A dense float32 tensor, row-major. */
export interface DenseTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** Tensors under their Hugging Face names. */
export type NamedTensors = ReadonlyMap<string, DenseTensor>;

/** A prompt and what followed it, as token ids. Only completion tokens are ever trained or scored. */
export interface TokenExample {
  readonly promptIds: readonly number[];
  readonly completionIds: readonly number[];
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

/** AdamW (Loshchilov and Hutter 2019) with clipping by global norm. */
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

/** What is trained: every weight, or LoRA factors beside the chosen linear layers. */
export type Capacity =
  | { readonly kind: 'full' }
  | {
      readonly kind: 'lora';
      readonly rank: number;
      readonly alpha: number;
      /** Linear layers by their Hugging Face name: q_proj, k_proj, …, down_proj. */
      readonly targets: readonly string[];
    };

/** `kd`: forward KL to the teacher's top-k plus one tail bucket; rows follow the examples. */
export type Objective =
  | { readonly kind: 'sft' }
  | { readonly kind: 'kd'; readonly targets: TopKScores; readonly temperature: number };

export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss per completion token of this step's batch, in nats. */
  readonly loss: number;
  readonly gradNorm: number;
  /** Prompt and completion tokens processed so far. */
  readonly tokens: number;
}
