import { workError } from '../base/errors.ts';
import type { TopKScores } from '../backends/backend.ts';
import type { Artifact, Objects } from '../store/types.ts';
import { fileOf } from './read-json-object.ts';

/**
 * Kind of the artifact that holds a teacher's next-token distributions over its own completions.
 * Files: `batch-0`, `batch-1`, …, each in the layout of `encodeTopK`; their rows follow the rows
 * of the completions they were scored on.
 */
export const DISTRIBUTIONS = 'distributions';

const MAGIC = 0x4b504f54; // "TOPK", little-endian
const HEADER_BYTES = 12;

/**
 * Bytes of top-k scores, all little-endian: uint32 magic "TOPK", uint32 rows N, uint32 topK K,
 * then int32 token ids [N, K], float32 log-probabilities [N, K], float32 chosen [N].
 */
export function encodeTopK(scores: TopKScores): Uint8Array {
  const { rows, topK } = scores;
  const out = new Uint8Array(HEADER_BYTES + 4 * (2 * rows * topK + rows));
  const view = new DataView(out.buffer);
  [MAGIC, rows, topK].forEach((word, i) => view.setUint32(4 * i, word, true));
  let at = HEADER_BYTES;
  for (const id of scores.tokenIds_NK) at = (view.setInt32(at, id, true), at + 4);
  for (const value of scores.logprobs_NK) at = (view.setFloat32(at, value, true), at + 4);
  for (const value of scores.chosen_N) at = (view.setFloat32(at, value, true), at + 4);
  return out;
}

/** Inverse of `encodeTopK`; a work error when magic or length do not fit. */
export function decodeTopK(bytes: Uint8Array): TopKScores {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const damaged = () => workError('distributions-damaged', 'stored distributions are damaged');
  if (bytes.length < HEADER_BYTES || view.getUint32(0, true) !== MAGIC) throw damaged();
  const rows = view.getUint32(4, true);
  const topK = view.getUint32(8, true);
  const cells = rows * topK;
  if (bytes.length !== HEADER_BYTES + 4 * (2 * cells + rows)) throw damaged();
  const floats = (start: number, length: number) =>
    Float32Array.from({ length }, (_, i) => view.getFloat32(start + 4 * i, true));
  return {
    rows,
    topK,
    tokenIds_NK: Int32Array.from({ length: cells }, (_, i) =>
      view.getInt32(HEADER_BYTES + 4 * i, true),
    ),
    logprobs_NK: floats(HEADER_BYTES + 4 * cells, cells),
    chosen_N: floats(HEADER_BYTES + 8 * cells, rows),
  };
}

/** All batches of a `distributions` artifact as one table. */
export function readDistributions(artifact: Artifact, objects: Objects): TopKScores {
  const count = Object.keys(artifact.files).length;
  const parts = Array.from({ length: count }, (_, i) =>
    decodeTopK(objects.get(fileOf(artifact, `batch-${i}`))),
  );
  return concatTopK(parts);
}

/** Tables under one another; they must agree in topK. */
export function concatTopK(parts: readonly TopKScores[]): TopKScores {
  const topK = parts[0]?.topK ?? 0;
  if (parts.some((part) => part.topK !== topK)) {
    throw workError('distributions-mixed', 'distributions with different topK cannot be joined');
  }
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const out = {
    rows,
    topK,
    tokenIds_NK: new Int32Array(rows * topK),
    logprobs_NK: new Float32Array(rows * topK),
    chosen_N: new Float32Array(rows),
  };
  let at = 0;
  for (const part of parts) {
    out.tokenIds_NK.set(part.tokenIds_NK, at * topK);
    out.logprobs_NK.set(part.logprobs_NK, at * topK);
    out.chosen_N.set(part.chosen_N, at);
    at += part.rows;
  }
  return out;
}

/**
 * Rows of the chosen completions. `lengths` are token counts of all completions in stored order,
 * `chosen` the indices wanted, in the order wanted.
 */
export function gatherTopK(
  scores: TopKScores,
  lengths: readonly number[],
  chosen: readonly number[],
): TopKScores {
  const starts = [0];
  for (const length of lengths) starts.push(starts.at(-1)! + length);
  if (starts.at(-1) !== scores.rows) {
    throw workError(
      'distributions-mismatch',
      `${scores.rows} scored positions for ${starts.at(-1)} completion tokens`,
    );
  }
  const { topK } = scores;
  const slices = chosen.map((index) => ({ from: starts[index]!, to: starts[index + 1]! }));
  return concatTopK(
    slices.map(({ from, to }) => ({
      rows: to - from,
      topK,
      tokenIds_NK: scores.tokenIds_NK.subarray(from * topK, to * topK),
      logprobs_NK: scores.logprobs_NK.subarray(from * topK, to * topK),
      chosen_N: scores.chosen_N.subarray(from, to),
    })),
  );
}
