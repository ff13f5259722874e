/**
 * How a GGML tensor type stores numbers: blocks of `blockElements` values in `blockBytes` bytes.
 * Block layouts follow ggml-common.h and ggml-quants.c of llama.cpp.
 */
export interface GgmlType {
  readonly name: string;
  readonly blockElements: number;
  readonly blockBytes: number;
  /** Decodes whole blocks: `bytes.length / blockBytes` blocks fill `out` exactly. */
  readonly decode: (bytes: Uint8Array, out: Float32Array) => void;
}
