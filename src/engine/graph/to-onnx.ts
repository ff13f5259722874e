import onnxProto from 'onnx-proto';
import {
  sizeOf,
  topologicalOrder,
  type Attributes,
  type ElementType,
  type Emit,
  type Value,
} from './value.ts';

const { onnx } = onnxProto;

const OPSET = 18;
const IR_VERSION = 8;
const TYPE_CODES: Record<ElementType, number> = { float32: 1, int32: 6, int64: 7, bool: 9 };

/** An ONNX model and the order of its inputs and outputs. */
export interface Lowered {
  readonly bytes: Uint8Array;
  readonly inputs: ReadonlyMap<string, Value>;
  readonly outputs: ReadonlyMap<string, Value>;
  /** Inputs that became initializers. */
  readonly baked: readonly string[];
}

/**
 * Lowers everything the named outputs depend on. Equal nodes are emitted once. Inputs named in
 * `baked` become initializers whose data is external, at a location of the input's name.
 */
export function toOnnx(
  outputs: ReadonlyMap<string, Value>,
  options: {
    readonly baked?: { has(name: string): boolean };
    /** Changes the nodes for where they will run. */
    readonly target?: (emit: Emit) => Emit;
  } = {},
): Lowered {
  const { baked: toBake = new Set(), target = (emit) => emit } = options;
  const nodes: object[] = [];
  const initializers: object[] = [];
  const inputs = new Map<string, Value>();
  const baked: string[] = [];
  const names = new Map<Value, string>();
  const emitted = new Map<string, readonly string[]>();
  const constants = new Map<string, string>();

  const emit: Emit = target(({ op, inputs: from, attributes = {}, domain, outputs: count = 1 }) => {
    const key = JSON.stringify([domain ?? '', op, from, attributes]);
    const known = emitted.get(key);
    if (known !== undefined) return known;
    const id = nodes.length;
    const to = Array.from({ length: count }, (_, i) => `v${id}_${i}`);
    nodes.push({
      name: `n${id}`,
      opType: op,
      domain: domain ?? '',
      input: [...from],
      output: to,
      attribute: Object.entries(attributes).map(toAttribute(op, attributes)),
    });
    emitted.set(key, to);
    return to;
  });

  for (const value of topologicalOrder([...outputs.values()])) {
    const { source } = value;
    switch (source.kind) {
      case 'input':
        if (toBake.has(source.name)) {
          baked.push(source.name);
          initializers.push(externalInitializer(source.name, value));
        } else inputs.set(source.name, value);
        names.set(value, source.name);
        break;
      case 'constant':
        names.set(value, constantName(value, source.data, constants, initializers));
        break;
      case 'op': {
        const from = source.inputs.map((operand) => names.get(operand)!);
        names.set(value, source.lower(emit, from));
        break;
      }
      default:
        source satisfies never;
    }
  }
  for (const [name, value] of outputs) {
    nodes.push({ name, opType: 'Identity', input: [names.get(value)!], output: [name] });
  }
  const model = onnx.ModelProto.fromObject({
    irVersion: IR_VERSION,
    opsetImport: [
      { domain: '', version: OPSET },
      { domain: 'com.microsoft', version: 1 },
    ],
    graph: {
      name: 'graph',
      node: nodes,
      initializer: initializers,
      input: [...inputs].map(([name, value]) => valueInfo(name, value)),
      output: [...outputs].map(([name, value]) => valueInfo(name, value)),
    },
  });
  return { bytes: onnx.ModelProto.encode(model).finish(), inputs, outputs, baked };
}

function constantName(
  value: Value,
  data: Float32Array | BigInt64Array,
  known: Map<string, string>,
  initializers: object[],
): string {
  const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  const small = data.length <= 64;
  const key = `${value.type}[${value.shape.join()}]${small ? data.join() : ''}`;
  const earlier = small ? known.get(key) : undefined;
  if (earlier !== undefined) return earlier;
  const name = `c${initializers.length}`;
  initializers.push({
    name,
    dims: [...value.shape],
    dataType: TYPE_CODES[value.type],
    rawData: bytes,
  });
  if (small) known.set(key, name);
  return name;
}

function externalInitializer(name: string, value: Value): object {
  return {
    name,
    dims: [...value.shape],
    dataType: TYPE_CODES[value.type],
    dataLocation: 1,
    externalData: [
      { key: 'location', value: name },
      { key: 'offset', value: '0' },
      { key: 'length', value: String(sizeOf(value.shape) * Float32Array.BYTES_PER_ELEMENT) },
    ],
  };
}

function valueInfo(name: string, value: Value): object {
  return {
    name,
    type: {
      tensorType: {
        elemType: TYPE_CODES[value.type],
        shape: {
          dim: value.shape.map((extent, axis) =>
            extent < 0 ? { dimParam: `${name} ${axis}` } : { dimValue: extent },
          ),
        },
      },
    },
  };
}

// ONNX distinguishes float from integer attributes, JavaScript does not: these names are floats.
const FLOAT_ATTRIBUTES = new Set(['alpha', 'beta', 'epsilon', 'scale', 'value_float']);

function toAttribute(op: string, attributes: Attributes): (entry: [string, unknown]) => object {
  return ([name]) => {
    const value = attributes[name];
    if (typeof value === 'string') {
      return { name, type: 'STRING', s: new TextEncoder().encode(value) };
    }
    if (typeof value === 'number') {
      return FLOAT_ATTRIBUTES.has(name)
        ? { name, type: 'FLOAT', f: value }
        : { name, type: 'INT', i: value };
    }
    if (value === undefined) throw new Error(`attribute ${name} of ${op} is missing`);
    return { name, type: 'INTS', ints: [...value] };
  };
}
