import * as ort from 'onnxruntime-node';
import { toOnnx } from './graph/to-onnx.ts';
import { forWebGpu } from './graph/webgpu-nodes.ts';
import { sizeOf, type ElementType, type Value } from './graph/value.ts';
import { sessionOptions, sessionRefusal, type SessionOptions } from './provider.ts';
import type { NamedTensors } from './types.ts';

export type { SessionOptions } from './provider.ts';

/** Numbers as they go in and come out of a session. */
export type TensorData = Float32Array | BigInt64Array | Int32Array;

/** Numbers with their shape, for inputs and outputs that have free extents. */
export interface ShapedData {
  readonly data: TensorData;
  readonly shape: readonly number[];
}

export type Feeds = ReadonlyMap<string, TensorData | ShapedData>;

/** A compiled graph. Inputs are read in place; outputs are written to preallocated buffers. */
export interface GraphSession {
  /**
   * Feeds must hold every input; missing ones raise Error. `into` gives the buffers of outputs with
   * free extents; such a buffer may also be fed, if the op that writes it allows that. Resolves to
   * the other outputs' buffers, which the next run overwrites.
   */
  run(
    feeds: Feeds,
    into?: ReadonlyMap<string, ShapedData>,
  ): Promise<ReadonlyMap<string, TensorData>>;
  /** Output buffer of that name, the same one after every run. */
  output(name: string): TensorData;
  close(): Promise<void>;
}

/**
 * Compiles the graph behind `outputs` for one shape bucket. Inputs named in `baked` are copied into
 * the session as constants, which the kernels lay out once instead of on every run. Raises a user
 * error (`provider-absent`) when the execution provider does not work on this machine.
 */
export async function createSession(
  outputs: ReadonlyMap<string, Value>,
  options: SessionOptions,
  baked: NamedTensors = new Map(),
): Promise<GraphSession> {
  const target = options.provider === 'webgpu' ? forWebGpu : undefined;
  const lowered = toOnnx(outputs, { baked, ...(target === undefined ? {} : { target }) });
  const externalData = lowered.baked.map((path) => {
    const { data } = baked.get(path)!;
    return { path, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
  });
  const session = await ort.InferenceSession.create(lowered.bytes, {
    ...sessionOptions(options),
    ...(externalData.length === 0 ? {} : { externalData }),
  }).catch((error: unknown) => {
    throw sessionRefusal(options, error);
  });
  const buffers = new Map<string, TensorData>();
  const fetches: Record<string, ort.Tensor> = {};
  for (const [name, value] of lowered.outputs) {
    if (value.shape.some((extent) => extent < 0)) continue;
    const data = allocate(value.type, sizeOf(value.shape));
    buffers.set(name, data);
    fetches[name] = tensor(data, value.shape);
  }
  // Tensors wrap their arrays without copying, so one wrapper serves while the array is the same.
  const wrappers = new Map<string, { from: TensorData | ShapedData; tensor: ort.Tensor }>();
  const wrap = (name: string, from: TensorData | ShapedData, value?: Value): ort.Tensor => {
    const known = wrappers.get(name);
    if (known?.from === from) return known.tensor;
    const { data, shape } = 'shape' in from ? from : { data: from, shape: value?.shape ?? [] };
    const made = { from, tensor: tensor(data, shape) };
    wrappers.set(name, made);
    return made.tensor;
  };
  return {
    run: async (feeds, into = new Map()) => {
      const wrapped: Record<string, ort.Tensor> = {};
      for (const [name, value] of lowered.inputs) {
        const data = feeds.get(name);
        if (data === undefined) throw new Error(`no data for graph input ${name}`);
        wrapped[name] = wrap(name, data, value);
      }
      for (const [name, shaped] of into) fetches[name] = wrap(`into ${name}`, shaped);
      await session.run(wrapped, fetches);
      return buffers;
    },
    output: (name) => {
      const data = buffers.get(name);
      if (data === undefined) throw new Error(`no graph output ${name}`);
      return data;
    },
    close: () => {
      if (options.profilePrefix !== undefined) session.endProfiling();
      return session.release();
    },
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

function tensor(data: TensorData, shape: readonly number[]): ort.Tensor {
  if (data.length !== sizeOf(shape)) {
    throw new Error(`expected ${sizeOf(shape)} numbers for [${shape.join()}], got ${data.length}`);
  }
  if (data instanceof Float32Array) return new ort.Tensor('float32', data, shape);
  if (data instanceof Int32Array) return new ort.Tensor('int32', data, shape);
  return new ort.Tensor('int64', data, shape);
}
