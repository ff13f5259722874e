/** Shape of a Llama-family decoder; names follow Hugging Face's config.json in camelCase. */
export interface DecoderConfig {
  readonly vocabSize: number;
  readonly hiddenSize: number;
  readonly intermediateSize: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly headDim: number;
  readonly ropeTheta: number;
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
  /** Floor of linear and cosine schedules as a share of learningRate (min_lr_rate of transformers); 0 when absent. */
  readonly minLearningRateRatio?: number | undefined;
  readonly weightDecay: number;
  readonly maxGradNorm: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
}

/**
 * What is trained: every weight, LoRA factors beside the chosen linear layers, or a cartridge, that
 * is keys and values of `length` positions in every layer that all positions of all examples see.
 */
export type Capacity =
  | { readonly kind: 'full' }
  | {
      readonly kind: 'lora';
      readonly rank: number;
      readonly alpha: number;
      /** Linear layers by their Hugging Face name: q_proj, k_proj, …, down_proj. */
      readonly targets: readonly string[];
      /** Scales the update by alpha / √rank instead of alpha / rank (rsLoRA, Kalajdzievski 2023, eq. 7). */
      readonly useRslora?: boolean | undefined;
    }
  | {
      readonly kind: 'prefix';
      readonly length: number;
      /** Leading positions that stay as they were initialised: attention sinks (Eyuboglu et al. 2025; PEFT's num_frozen_tokens). */
      readonly frozenTokens: number;
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
  /** Global norm of the gradient before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Prompt and completion tokens processed so far. */
  readonly tokens: number;
}
