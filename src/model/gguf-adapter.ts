import { fileSource } from './byte-source.ts';
import type { GgufValue } from './gguf-encode.ts';
import { readGguf } from './gguf.ts';
import { kind, requireMetadata } from './gguf-metadata.ts';
import { ggufName, huggingFaceName } from './gguf-names.ts';
import { reorderedHeads, toGgufRows, toHuggingFaceRows } from './gguf-row-order.ts';
import { dequantise } from './gguf-weights.ts';
import { decimal } from './gguf-rope-scaling.ts';
import { invalidAdapter, type LoraAdapter, loraScale, rankOf } from './lora-adapter.ts';
import { LORA_A, LORA_B, PEFT_PREFIX } from './peft-names.ts';
import type { FloatDtype } from './safetensors.ts';
import type { ModelConfig, Tensor } from './types.ts';
import type { WriteOptions } from './write-directory.ts';
import { type GgufTensorSource, writeGgufFile } from './write-gguf-file.ts';

/** Suffixes of llama.cpp in place of PEFT's. */
const SUFFIXES = [
  [LORA_A, '.lora_a'],
  [LORA_B, '.lora_b'],
] as const;

/**
 * Writes an adapter that llama.cpp loads beside its base (`llama_adapter_lora_init`). It knows no
 * rsLoRA and divides by the rank: the alpha in the file makes up for it. User error `output-exists`
 * unless `replace` is set.
 */
export function writeGgufAdapter(
  path: string,
  adapter: LoraAdapter & { readonly config: ModelConfig; readonly dtype: FloatDtype },
  options: WriteOptions = {},
): void {
  const { config, dtype } = adapter;
  const metadata = new Map<string, GgufValue>([
    ['general.architecture', { type: 'string', value: config.architecture }],
    ['general.type', { type: 'string', value: 'adapter' }],
    ['adapter.type', { type: 'string', value: 'lora' }],
    ['adapter.lora.alpha', { type: 'f32', value: loraScale(adapter) * adapter.rank }],
  ]);
  const tensors = [...adapter.tensors].map(([name, { shape, data }]): GgufTensorSource => {
    const engineName = name.slice(PEFT_PREFIX.length);
    const heads = reorderedHeads(engineName, config);
    return {
      name: ggufAdapterName(engineName),
      shape,
      dtype,
      data: () => (heads === undefined ? data : toGgufRows(data, heads, config.headDim)),
    };
  });
  writeGgufFile(path, metadata, tensors, options);
}

/**
 * Reads a GGUF adapter for a base of this config. User errors name the file: it is no LoRA, it is
 * for another architecture, its tensors are no pairs or belong to no layer.
 */
export async function readGgufAdapter(path: string, config: ModelConfig): Promise<LoraAdapter> {
  const file = await readGguf(path);
  const text = (key: string): string => requireMetadata(file, key, kind.string);
  if (text('general.type') !== 'adapter' || text('adapter.type') !== 'lora') {
    throw invalidAdapter(path, 'its metadata does not say that it is a LoRA');
  }
  const architecture = text('general.architecture');
  if (architecture !== config.architecture) {
    throw invalidAdapter(path, `it is for ${architecture}, its base is ${config.architecture}`);
  }
  const source = fileSource(path);
  try {
    const tensors = new Map<string, Tensor>();
    for (const [name, tensor] of file.tensors) {
      const engineName = engineAdapterName(name);
      if (engineName === undefined) {
        throw invalidAdapter(path, `tensor "${name}" belongs to no layer`);
      }
      const data = dequantise(source, tensor);
      const heads = reorderedHeads(engineName, config);
      const fits = heads === undefined || tensor.shape[0] === heads * config.headDim;
      if (!fits) throw invalidAdapter(path, `tensor "${name}" does not fit its base`);
      tensors.set(PEFT_PREFIX + engineName, {
        shape: tensor.shape,
        data: heads === undefined ? data : toHuggingFaceRows(data, heads, config.headDim),
      });
    }
    const alpha = decimal(requireMetadata(file, 'adapter.lora.alpha', kind.number));
    return { tensors, rank: rankOf(path, tensors), alpha, useRslora: false };
  } finally {
    source.close();
  }
}

function ggufAdapterName(engineName: string): string {
  for (const [peft, gguf] of SUFFIXES) {
    if (engineName.endsWith(peft)) {
      return ggufName(`${engineName.slice(0, -peft.length)}.weight`) + gguf;
    }
  }
  throw new RangeError(`${engineName} is no factor of a LoRA`);
}

function engineAdapterName(name: string): string | undefined {
  for (const [peft, gguf] of SUFFIXES) {
    if (!name.endsWith(gguf)) continue;
    const weight = huggingFaceName(name.slice(0, -gguf.length));
    return weight?.replace(/\.weight$/, peft);
  }
  return undefined;
}
