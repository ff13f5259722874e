/** A metadata value of a GGUF file with its type. */
export type GgufValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'u32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

/** A tensor as the header describes it; `dims` are fastest first, `offset` counts from the data. */
export interface GgufTensorEntry {
  readonly name: string;
  readonly dims: readonly number[];
  /** Number of the ggml type. */
  readonly type: number;
  readonly offset: number;
}

/** Where tensors may begin (`general.alignment`, which is 32 unless the metadata says otherwise). */
export const GGUF_ALIGNMENT = 32;

const VERSION = 3;
/** Numbers of gguf_metadata_value_type. */
const TYPE = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, array: 9 } as const;

/** The bytes before the data of a GGUF file, padded to the alignment. */
export function encodeGgufHeader(
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensorEntry[],
): Uint8Array {
  const parts: Uint8Array[] = [];
  const u32 = (value: number): void =>
    void parts.push(words(4, (v) => v.setUint32(0, value, true)));
  const i32 = (value: number): void => void parts.push(words(4, (v) => v.setInt32(0, value, true)));
  const f32 = (value: number): void =>
    void parts.push(words(4, (v) => v.setFloat32(0, value, true)));
  const u64 = (value: number): void =>
    void parts.push(words(8, (v) => v.setBigUint64(0, BigInt(value), true)));
  const text = (value: string): void => {
    const bytes = new TextEncoder().encode(value);
    u64(bytes.length);
    parts.push(bytes);
  };
  const array = (itemType: number, length: number): void => {
    u32(TYPE.array);
    u32(itemType);
    u64(length);
  };
  parts.push(new TextEncoder().encode('GGUF'));
  u32(VERSION);
  u64(tensors.length);
  u64(metadata.size);
  for (const [key, item] of metadata) {
    text(key);
    switch (item.type) {
      case 'string':
        u32(TYPE.string);
        text(item.value);
        break;
      case 'u32':
        u32(TYPE.u32);
        u32(item.value);
        break;
      case 'f32':
        u32(TYPE.f32);
        f32(item.value);
        break;
      case 'bool':
        u32(TYPE.bool);
        parts.push(Uint8Array.of(Number(item.value)));
        break;
      case 'strings':
        array(TYPE.string, item.value.length);
        item.value.forEach(text);
        break;
      case 'i32s':
        array(TYPE.i32, item.value.length);
        item.value.forEach(i32);
        break;
    }
  }
  for (const { name, dims, type, offset } of tensors) {
    text(name);
    u32(dims.length);
    dims.forEach(u64);
    u32(type);
    u64(offset);
  }
  return joined(parts);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(Math.ceil(length / GGUF_ALIGNMENT) * GGUF_ALIGNMENT);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function words(length: number, set: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length);
  set(new DataView(bytes.buffer));
  return bytes;
}
