import type { Emit } from './value.ts';

/**
 * Emits what the WebGPU provider computes wrongly in other words. Its norm kernel leaves the second
 * output, 1 / rms, unset (onnxruntime 1.30), where the CPU kernel hands it over for free.
 */
export function forWebGpu(emit: Emit): Emit {
  return (node) => {
    const { op, inputs, attributes = {}, outputs } = node;
    if (op !== 'SimplifiedLayerNormalization' || outputs !== 2) return emit(node);
    const [x] = inputs;
    const one = (name: string, ...from: string[]): string => emit({ op: name, inputs: from })[0]!;
    const constant = (value: Record<string, number | readonly number[]>): string =>
      emit({ op: 'Constant', inputs: [], attributes: value })[0]!;
    const normed = emit({ op, inputs, attributes, outputs: 1 })[0]!;
    const mean = one('ReduceMean', one('Mul', x!, x!), constant({ value_ints: [-1] }));
    const epsilon = constant({ value_float: Number(attributes['epsilon']) });
    return [normed, one('Reciprocal', one('Sqrt', one('Add', mean, epsilon)))];
  };
}
