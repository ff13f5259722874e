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

/** How far two models' next-token distributions are apart at every completion token, items in order. */
export interface TokenDivergence {
  /** KL(p ‖ q) over the whole vocabulary, in nats; at least 0. */
  readonly divergence_N: Float32Array;
  /** ln p − ln q of the token that was there. */
  readonly logRatio_N: Float32Array;
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

/** How far a student's next-token distribution q is from its teacher's p; definitions in losses/. */
export type Divergence =
  /** KL(p ‖ q). */
  | { readonly kind: 'forward-kl' }
  /** KL(q ‖ p). */
  | { readonly kind: 'reverse-kl' }
  /** Generalised Jensen–Shannon, 0 ≤ beta ≤ 1; 0 is the forward KL, 1 the reverse KL (TRL). */
  | { readonly kind: 'jsd'; readonly beta: number }
  /** KL(p ‖ alpha p + (1 − alpha) q), 0 ≤ alpha < 1. */
  | { readonly kind: 'skew-kl'; readonly alpha: number }
  /** KL(q ‖ alpha q + (1 − alpha) p), 0 ≤ alpha < 1. */
  | { readonly kind: 'skew-reverse-kl'; readonly alpha: number };

/**
 * A weight for every completion token, rows in the order of `TopKScores`; 0 masks a token. The loss
 * of a batch is the weighted mean Σ w ℓ / Σ w. All 1 when absent.
 */
type TokenWeights = { readonly tokenWeights?: Float32Array };

/** What training minimises. Only completion tokens ever enter a loss. */
export type Objective =
  /** Cross-entropy, the mean over tokens. */
  | ({ readonly kind: 'sft' } & TokenWeights)
  /**
   * Distillation: the divergence (forward KL when absent) from teacher distributions, which were
   * scored at `temperature`; the mean over tokens. Targets whose topK is the vocabulary are compared
   * token by token, all others on the teacher's top-k tokens plus one tail bucket.
   */
  | ({
      readonly kind: 'kd';
      readonly targets: TopKScores;
      readonly temperature: number;
      readonly divergence?: Divergence;
    } & TokenWeights)
  /**
   * DPO, the mean over pairs. Examples alternate: 2i is the chosen, 2i + 1 the rejected completion
   * of one prompt; the batch size counts pairs. `reference_E` holds ln π_ref of each example's
   * completion (`sumLogprobs`). `lengthNormalised` divides log-probabilities by completion length.
   */
  | {
      readonly kind: 'dpo';
      readonly reference_E: Float32Array;
      readonly beta: number;
      readonly labelSmoothing?: number;
      readonly lengthNormalised?: boolean;
    }
  /**
   * KTO, the mean over examples, each of which is desirable or not. `mismatched` (one per example,
   * see `mismatchCompletions`) are the pairs from which each batch estimates its KL baseline.
   */
  | {
      readonly kind: 'kto';
      readonly isDesirable: readonly boolean[];
      readonly reference_E: Float32Array;
      readonly mismatched: readonly TokenExample[];
      readonly mismatchedReference_E: Float32Array;
      readonly beta: number;
      readonly desirableWeight: number;
      readonly undesirableWeight: number;
    };

export interface TrainProgress {
  readonly step: number;
  readonly steps: number;
  /** Mean loss of this step's batch: per completion token, pair (`dpo`) or example (`kto`). */
  readonly loss: number;
  /** Global norm of the gradient before clipping. */
  readonly gradNorm: number;
  readonly learningRate: number;
  /** Prompt and completion tokens processed so far. */
  readonly tokens: number;
}
