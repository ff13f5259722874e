import { add } from '../graph/elementwise-ops.ts';
import { batchedMatmul, linear } from '../graph/matmul-ops.ts';
import { gelu, layerNorm, softmaxMix } from '../graph/network-ops.ts';
import { reshape, transpose } from '../graph/shape-ops.ts';
import { input, type Value } from '../graph/value.ts';
import type { NamedTensors } from '../types.ts';

/** Shape of a BERT encoder. */
export interface EncoderConfig {
  readonly layers: number;
  readonly hiddenSize: number;
  readonly heads: number;
  readonly epsilon: number;
}

/**
 * Weighted sums of the hidden states of a BERT encoder (Devlin et al. 2019) over `time` tokens, for
 * any number of rows: outputs `pooled.i` [rows, 1, hiddenSize] after the i-th block for i of `layers`.
 *
 * Inputs: `embedded` [rows · time, hiddenSize], the sum of a token's embeddings; `mask` [rows, 1, 1,
 * time], added to the scores of keys; `shares` [rows, 1, time], what every token counts; and the
 * weights by their Hugging Face names.
 */
export function encoderGraph(
  { hiddenSize, heads, epsilon }: EncoderConfig,
  weights: NamedTensors,
  time: number,
  layers: readonly number[],
): ReadonlyMap<string, Value> {
  // A free extent: as many rows as there are.
  const rows = -1;
  const headDim = hiddenSize / heads;
  const parameter = (name: string): Value => input(name, weights.get(name)!.shape);
  const dense = (x: Value, name: string): Value =>
    add(linear(x, parameter(`${name}.weight`)), parameter(`${name}.bias`));
  const norm = (x: Value, name: string): Value =>
    layerNorm(x, parameter(`${name}.weight`), parameter(`${name}.bias`), epsilon);
  const perHead = (x: Value): Value =>
    transpose(reshape(x, [rows, time, heads, headDim]), [0, 2, 1, 3]);
  const mask = input('mask', [rows, 1, 1, time]);
  const shares = input('shares', [rows, 1, time]);
  const pooled = (x: Value): Value => batchedMatmul(shares, reshape(x, [rows, time, hiddenSize]));
  const block = (x: Value, name: string): Value => {
    const [q, k, v] = ['query', 'key', 'value'].map((part) =>
      perHead(dense(x, `${name}.attention.self.${part}`)),
    );
    const scores = batchedMatmul(q!, k!, { b: true, alpha: 1 / Math.sqrt(headDim) });
    const mixed = softmaxMix(add(scores, mask), v!);
    const joined = reshape(transpose(mixed, [0, 2, 1, 3]), [rows * time, hiddenSize]);
    const attended = norm(
      add(x, dense(joined, `${name}.attention.output.dense`)),
      `${name}.attention.output.LayerNorm`,
    );
    const wide = gelu(dense(attended, `${name}.intermediate.dense`));
    return norm(add(attended, dense(wide, `${name}.output.dense`)), `${name}.output.LayerNorm`);
  };
  const outputs = new Map<string, Value>();
  let hidden = norm(input('embedded', [rows * time, hiddenSize]), 'embeddings.LayerNorm');
  for (let i = 1; i <= Math.max(...layers); i++) {
    hidden = block(hidden, `encoder.layer.${i - 1}`);
    if (layers.includes(i)) outputs.set(`pooled.${i}`, pooled(hidden));
  }
  return outputs;
}
