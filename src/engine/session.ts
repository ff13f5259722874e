import * as ort from 'onnxruntime-node';
import { toOnnx } from './graph/to-onnx.ts';
import { sizeOf, type ElementType, type Value } from './graph/value.ts';

/** Numbers as they go in and come out of a session. */
export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** How sessions are run. */
export interface SessionOptions {
  /** Threads used inside one op. */
  readonly threads: number;
}

/** A compiled graph. Inputs are read in place; outputs are written to preallocated buffers. */
export interface GraphSession {
  /** Feeds must hold every input; missing ones raise Error. Resolves to the output buffers, which the next run overwrites. */
  run(feeds: ReadonlyMap<string, TensorData>): Promise<ReadonlyMap<string, TensorData>>;
  /** Output buffer of that name, the same one after every run. */
  output(name: string): TensorData;
  close(): Promise<void>;
}

/** Compiles the graph behind `outputs` for one shape bucket. */
export async function createSession(
  outputs: ReadonlyMap<string, Value>,
  options: SessionOptions,
): Promise<GraphSession> {
  const lowered = toOnnx(outputs);
  const session = await ort.InferenceSession.create(lowered.bytes, {
    intraOpNumThreads: options.threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Warnings about constant folding and unused initializers tell a user nothing.
    logSeverityLevel: 3,
  });
  const buffers = new Map<string, TensorData>();
  const fetches: Record<string, ort.Tensor> = {};
  for (const [name, value] of lowered.outputs) {
    const data = allocate(value.type, sizeOf(value.shape));
    buffers.set(name, data);
    fetches[name] = tensor(data, value);
  }
  // Tensors wrap their arrays without copying, so one wrapper serves while the array is the same.
  const wrappers = new Map<string, { data: TensorData; tensor: ort.Tensor }>();
  const wrap = (name: string, value: Value, data: TensorData): ort.Tensor => {
    const known = wrappers.get(name);
    if (known?.data === data) return known.tensor;
    const made = { data, tensor: tensor(data, value) };
    wrappers.set(name, made);
    return made.tensor;
  };
  return {
    run: async (feeds) => {
      const wrapped: Record<string, ort.Tensor> = {};
      for (const [name, value] of lowered.inputs) {
        const data = feeds.get(name);
        if (data === undefined) throw new Error(`no data for graph input ${name}`);
        wrapped[name] = wrap(name, value, data);
      }
      await session.run(wrapped, fetches);
      return buffers;
    },
    output: (name) => {
      const data = buffers.get(name);
      if (data === undefined) throw new Error(`no graph output ${name}`);
      return data;
    },
    close: () => session.release(),
  };
}

function allocate(type: ElementType, size: number): TensorData {
  switch (type) {
    case 'float32':
      return new Float32Array(size);
    case 'int32':
      return new Int32Array(size);
    case 'int64':
      return new BigInt64Array(size);
    case 'bool':
      throw new Error('bool outputs are not supported');
    default:
      return type satisfies never;
  }
}

function tensor(data: TensorData, value: Value): ort.Tensor {
  if (data.length !== sizeOf(value.shape)) {
    throw new Error(
      `expected ${sizeOf(value.shape)} numbers for [${value.shape.join()}], got ${data.length}`,
    );
  }
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, value.shape);
  if (data instanceof Int32Array) return new ort.Tensor('int32', data, value.shape);
  return new ort.Tensor('int64', data, value.shape);
}
