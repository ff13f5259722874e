import type { Message } from '../base/chat.ts';
import type { DenseTensor, DecoderConfig } from '../engine/types.ts';

/** Shape of a decoder and the longest text it was made for. */
export interface ModelConfig extends DecoderConfig {
  readonly maxPositions: number;
}

export type { DenseTensor as Tensor };

/** Tensors under their Hugging Face names (`model.layers.0.self_attn.q_proj.weight`, …). */
export type Weights = ReadonlyMap<string, DenseTensor>;

/** Text to token ids and back. */
export interface Tokenizer {
  readonly vocabSize: number;
  /** Ids at which an assistant turn ends. */
  readonly endIds: readonly number[];
  /** sha256 over vocabulary, merges and special tokens: two models share it when ids mean the same. */
  readonly digest: string;
  /** Texts that `encode` turns into one special token each. */
  readonly controlTokens: readonly string[];
  /** Text with special tokens spelled out, as a chat template renders it; adds none of its own. */
  encode(text: string): number[];
  /** Special tokens are dropped. */
  decode(ids: readonly number[]): string;
}

/** Renders messages to the exact text a model was trained on. */
export interface ChatTemplate {
  /** sha256 of the template source. */
  readonly digest: string;
  /** Throws a work error when the template fails or exceeds its limits. */
  render(messages: readonly Message[], options: { addGenerationPrompt: boolean }): string;
}

/** Where a model came from. */
export interface Lineage {
  /** Digest of the model it was trained from, if known. */
  readonly parent: string | undefined;
  readonly tokenizer: string;
  readonly chatTemplate: string;
}

/** A model without its weights: cheap to open, enough to render, count and check. */
export interface ModelCard {
  /** Absolute path of the directory or GGUF file. */
  readonly path: string;
  readonly config: ModelConfig;
  readonly tokenizer: Tokenizer;
  readonly chatTemplate: ChatTemplate;
  /** sha256 over config, tokenizer and the bytes of the weights. */
  readonly digest: string;
  readonly lineage: Lineage;
}

/**
 * A change on top of a base: all weights replaced, a LoRA adapter (PEFT tensor names), or a prefix
 * of keys and values (PEFT's `prompt_embeddings`).
 */
export interface ModelDelta {
  readonly kind: 'full' | 'lora' | 'prefix';
  /** Absolute path of a safetensors file. */
  readonly path: string;
  readonly digest: string;
  /** LoRA only: the update is `scale · B·A`. */
  readonly scale?: number;
}

/** A model by reference: a base on disk plus changes in order. Plain data, so it crosses threads. */
export interface ModelRef {
  readonly path: string;
  readonly baseDigest: string;
  readonly deltas: readonly ModelDelta[];
  /** sha256 of base digest and delta digests. */
  readonly digest: string;
}
