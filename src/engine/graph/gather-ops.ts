import { exp, mul, neg } from './elementwise-ops.ts';
import { expand, reduceSum, reshape } from './shape-ops.ts';
import { constant, node, operation, sizeOf, type Value } from './value.ts';

/** Rows of a matrix: table_VD at ids (int64, any shape) gives [...ids, D]. */
export function gatherRows(table: Value, ids: Value): Value {
  const width = table.shape[1]!;
  return operation({
    name: 'gatherRows',
    inputs: [table, ids],
    shape: [...ids.shape, width],
    lower: node('Gather', { axis: 0 }),
    gradient: (g) => [scatterAddRows(table.shape, ids, g), undefined],
  });
}

function scatterAddRows(shape: readonly number[], ids: Value, rows: Value): Value {
  const count = sizeOf(ids.shape);
  const width = shape[1]!;
  const zeros = constant(shape, new Float32Array(sizeOf(shape)));
  return operation({
    name: 'scatterAddRows',
    inputs: [
      zeros,
      expand(reshape(ids, [count, 1]), [count, width]),
      reshape(rows, [count, width]),
    ],
    shape,
    lower: node('ScatterElements', { axis: 0, reduction: 'add' }),
  });
}

/** Log of the softmax over the last axis; differentiate through `logprobsAt`. */
export function logSoftmax(logits: Value): Value {
  return operation({
    name: 'logSoftmax',
    inputs: [logits],
    shape: logits.shape,
    lower: node('LogSoftmax', { axis: -1 }),
  });
}

/**
 * Log-probabilities of chosen tokens: logits_NV at ids_NK (int64) gives [N, K]. The gradient
 * −softmax · Σ_k g + scatter(g) touches the vocabulary-wide matrix once.
 */
export function logprobsAt(logits: Value, ids: Value): Value {
  const logprobs = logSoftmax(logits);
  return operation({
    name: 'logprobsAt',
    inputs: [logits, ids],
    shape: ids.shape,
    lower: (emit, [logitsName, idsName]) => {
      const all = emit({ op: 'LogSoftmax', inputs: [logitsName!], attributes: { axis: -1 } });
      return emit({
        op: 'GatherElements',
        inputs: [all[0]!, idsName!],
        attributes: { axis: -1 },
      })[0]!;
    },
    gradient: (g) => [
      operation({
        name: 'scatterAddColumns',
        inputs: [mul(exp(logprobs), neg(reduceSum(g, [1]))), ids, g],
        shape: logits.shape,
        lower: node('ScatterElements', { axis: 1, reduction: 'add' }),
      }),
      undefined,
    ],
  });
}

/** The k largest entries of each row of x_NV, descending: values [N, k] or ids int32 [N, k]. */
export function topK(x: Value, k: number): { readonly values: Value; readonly ids: Value } {
  const shape = [x.shape[0]!, k];
  const kValue = constant([1], BigInt64Array.of(BigInt(k)));
  const attributes = { axis: -1, largest: 1, sorted: 1 };
  return {
    values: operation({
      name: 'topKValues',
      inputs: [x, kValue],
      shape,
      lower: (emit, inputs) => emit({ op: 'TopK', inputs, attributes, outputs: 2 })[0]!,
    }),
    ids: operation({
      name: 'topKIds',
      inputs: [x, kValue],
      shape,
      type: 'int32',
      lower: (emit, inputs) => {
        const ids = emit({ op: 'TopK', inputs, attributes, outputs: 2 })[1]!;
        return emit({ op: 'Cast', inputs: [ids], attributes: { to: 6 } })[0]!;
      },
    }),
  };
}
