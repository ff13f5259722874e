import type { Architecture } from '../types.ts';

/** What sets one architecture apart from the others. */
interface ArchitectureTraits {
  /** Query, key and value projections add a bias. */
  readonly qkvBias: boolean;
  /** Queries and keys pass an RMS norm over each head before they are rotated. */
  readonly qkNorm: boolean;
}

/**
 * The supported decoders. All are a Llama (Touvron et al. 2023): RMS norm before each branch,
 * rotary positions, grouped-query attention, SwiGLU; what differs is said here and nowhere else.
 * `llama`: Llama 1–3 and models of its shape (SmolLM2). `qwen2`: Qwen2 and Qwen2.5 (Yang et al.
 * 2024). `qwen3`: dense Qwen3 (Yang et al. 2025), norms after Dehghani et al. 2023.
 */
export const ARCHITECTURE_TRAITS = {
  llama: { qkvBias: false, qkNorm: false },
  qwen2: { qkvBias: true, qkNorm: false },
  qwen3: { qkvBias: false, qkNorm: true },
} as const satisfies Readonly<Record<Architecture, ArchitectureTraits>>;
