import { workError } from '../base/errors.ts';
import type { TokenDivergence } from '../backends/backend.ts';
import type { Artifact, Objects } from '../store/types.ts';
import { fileOf } from './read-json-object.ts';

/**
 * Kind of the artifact that says how far two models are apart at every token of some completions.
 * Files: `batch-0`, `batch-1`, …, each in the layout of `encodeDivergence`; their rows follow the
 * tokens of the completions.
 */
export const DIVERGENCE = 'divergence';

const MAGIC = 0x56474944; // "DIGV", little-endian
const HEADER_BYTES = 8;

/** Little-endian: uint32 magic, uint32 rows N, float32 divergence [N], float32 log-ratio [N]. */
export function encodeDivergence({ divergence_N, logRatio_N }: TokenDivergence): Uint8Array {
  const out = new Uint8Array(HEADER_BYTES + 8 * divergence_N.length);
  const view = new DataView(out.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, divergence_N.length, true);
  [...divergence_N, ...logRatio_N].forEach((value, i) =>
    view.setFloat32(HEADER_BYTES + 4 * i, value, true),
  );
  return out;
}

/** Inverse of `encodeDivergence`; a work error when magic or length do not fit. */
export function decodeDivergence(bytes: Uint8Array): TokenDivergence {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const rows = bytes.length < HEADER_BYTES ? 0 : view.getUint32(4, true);
  if (bytes.length !== HEADER_BYTES + 8 * rows || view.getUint32(0, true) !== MAGIC) {
    throw workError('divergence-damaged', 'a stored divergence is damaged');
  }
  const floats = (start: number): Float32Array =>
    Float32Array.from({ length: rows }, (_, i) => view.getFloat32(start + 4 * i, true));
  return {
    divergence_N: floats(HEADER_BYTES),
    logRatio_N: floats(HEADER_BYTES + 4 * rows),
  };
}

/**
 * The tokens of chosen completions, completion by completion. `lengths` are token counts of all
 * completions in stored order, `chosen` the indices wanted.
 */
export function readDivergence(
  artifact: Artifact,
  objects: Objects,
  lengths: readonly number[],
  chosen: readonly number[],
): readonly TokenDivergence[] {
  const parts = Object.keys(artifact.files).map((_, i) =>
    decodeDivergence(objects.get(fileOf(artifact, `batch-${i}`))),
  );
  const join = (pick: (part: TokenDivergence) => Float32Array): Float32Array =>
    Float32Array.from(parts.flatMap((part) => [...pick(part)]));
  const [divergence, logRatio] = [join((x) => x.divergence_N), join((x) => x.logRatio_N)];
  const starts = [0];
  for (const length of lengths) starts.push(starts.at(-1)! + length);
  if (starts.at(-1) !== divergence.length) {
    throw workError(
      'divergence-mismatch',
      `${divergence.length} measured positions for ${starts.at(-1)} completion tokens`,
    );
  }
  return chosen.map((index) => ({
    divergence_N: divergence.subarray(starts[index], starts[index + 1]),
    logRatio_N: logRatio.subarray(starts[index], starts[index + 1]),
  }));
}
