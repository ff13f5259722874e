import { add, mul, sub } from './elementwise-ops.ts';
import { batchedMatmul } from './matmul-ops.ts';
import { reduceSum, sumTo } from './shape-ops.ts';
import { constant, node, operation, scalar, type Emit, type Value } from './value.ts';

/** Root-mean-square layer norm over the last axis (Zhang and Sennrich 2019, eq. 4). */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  const width = x.shape.at(-1)!;
  return operation({
    name: 'rmsNorm',
    inputs: [x, weight],
    shape: x.shape,
    lower: (emit, inputs) => simplifiedLayerNorm(emit, inputs, epsilon)[0]!,
    // dx = (g·w)/r − x · mean(g·w·x)/r³ with r the root mean square: row factors are small, so
    // only four passes touch whole matrices.
    gradient: (g) => {
      const inverse = inverseRms(x, weight, epsilon);
      const scaled = mul(g, weight);
      const along = reduceSum(mul(scaled, x), [x.shape.length - 1]);
      const pull = mul(mul(inverse, mul(inverse, inverse)), mul(along, scalar(-1 / width)));
      const flow = add(mul(scaled, inverse), mul(x, pull));
      return [flow, sumTo(mul(g, mul(x, inverse)), weight.shape)];
    },
  });
}

// The second output of the kernel that computes the norm, so that the backward pass is spared it.
function inverseRms(x: Value, weight: Value, epsilon: number): Value {
  return operation({
    name: 'inverseRms',
    inputs: [x, weight],
    shape: [...x.shape.slice(0, -1), 1],
    lower: (emit, inputs) => simplifiedLayerNorm(emit, inputs, epsilon)[1]!,
  });
}

function simplifiedLayerNorm(
  emit: Emit,
  inputs: readonly string[],
  epsilon: number,
): readonly string[] {
  const attributes = { axis: -1, epsilon, stash_type: 1 };
  return emit({ op: 'SimplifiedLayerNormalization', inputs, attributes, outputs: 2 });
}

/** Layer norm over the last axis (Ba et al. 2016, eq. 4), for inference alone. */
export function layerNorm(x: Value, weight: Value, bias: Value, epsilon: number): Value {
  return operation({
    name: 'layerNorm',
    inputs: [x, weight, bias],
    shape: x.shape,
    lower: node('LayerNormalization', { axis: -1, epsilon }),
  });
}

/** x · Φ(x) (GELU, Hendrycks and Gimpel 2016), for inference alone. */
export function gelu(x: Value): Value {
  return operation({
    name: 'gelu',
    inputs: [x],
    shape: x.shape,
    lower: node('Gelu', {}, 'com.microsoft'),
  });
}

/** Softmax over the last axis. */
export function softmax(x: Value): Value {
  return operation({
    name: 'softmax',
    inputs: [x],
    shape: x.shape,
    lower: node('Softmax', { axis: -1 }),
    gradient: (g) => {
      const p = softmax(x);
      const gp = mul(g, p);
      return [sub(gp, mul(p, reduceSum(gp, [x.shape.length - 1])))];
    },
  });
}

/**
 * softmax(scores) · values over the last two axes, as attention uses it: scores [..., M, S] and
 * values [..., S, D] give [..., M, D]. With p the softmax and o the result, d scores =
 * p · (g·valuesᵀ − Σ_D g·o) (Dao et al. 2022, eq. 4): the row sums are taken over D numbers
 * instead of S, so two passes over the scores fewer than through `softmax` and `batchedMatmul`.
 */
export function softmaxMix(scores: Value, values: Value): Value {
  const p = softmax(scores);
  const product = batchedMatmul(p, values);
  const mixed: Value = operation({
    name: 'softmaxMix',
    inputs: [scores, values, p, product],
    shape: product.shape,
    lower: (_emit, names) => names.at(-1)!,
    gradient: (g) => {
      const along = reduceSum(mul(g, mixed), [mixed.shape.length - 1]);
      const pulled = sub(batchedMatmul(g, values, { b: true }), along);
      return [mul(p, pulled), batchedMatmul(p, g, { a: true }), undefined, undefined];
    },
  });
  return mixed;
}

/**
 * Rotary position embedding (Su et al. 2021) in the half-split layout of Hugging Face Llama.
 * `x` is [batch, time, heads · headDim], `positions` int64 [batch, time]; tables [maxPositions, headDim / 2].
 * The inverse rotation is the gradient: the same kernel with the sine negated.
 */
export function rope(x: Value, positions: Value, tables: RopeTables, inverse = false): Value {
  return operation({
    name: 'rope',
    inputs: [x, positions, tables.cos, inverse ? tables.negativeSin : tables.sin],
    shape: x.shape,
    lower: node('RotaryEmbedding', { interleaved: 0 }, 'com.microsoft'),
    gradient: (g) => [rope(g, positions, tables, !inverse), undefined, undefined, undefined],
  });
}

/** Cosine and sine of every angle, as constants. */
export interface RopeTables {
  readonly cos: Value;
  readonly sin: Value;
  readonly negativeSin: Value;
}

/** Tables for positions 0 … maxPositions − 1 of pairs that turn by `frequencies` radians a position. */
export function ropeTables(maxPositions: number, frequencies: Float32Array): RopeTables {
  const half = frequencies.length;
  const table = (f: (angle: number) => number): Value => {
    // The angle is rounded to float32 first, as in the reference implementations.
    const data = Float32Array.from({ length: maxPositions * half }, (_, i) =>
      f(Math.fround(Math.floor(i / half) * frequencies[i % half]!)),
    );
    return constant([maxPositions, half], data);
  };
  return {
    cos: table(Math.cos),
    sin: table(Math.sin),
    negativeSin: table((angle) => -Math.sin(angle)),
  };
}
