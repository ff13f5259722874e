import { join } from 'node:path';
import { userError, workError } from '../base/errors.ts';
import { loadWeights } from './load-weights.ts';
import { loraScale, type LoraAdapter } from './lora-adapter.ts';
import { applyLora } from './apply-delta.ts';
import { openAdapter } from './open-adapter.ts';
import { openModelFiles } from './model-files.ts';
import { openModelText } from './model-text.ts';
import { writeGgufAdapter } from './gguf-adapter.ts';
import { PEFT_WEIGHTS, writePeftAdapter } from './peft-adapter.ts';
import { writePeftPrefix } from './peft-prefix.ts';
import { applyPrefixDelta, toPromptEmbeddings } from './prefix-delta.ts';
import { type FloatDtype, readSafetensors } from './safetensors.ts';
import { tensorDigest } from './tensor-digest.ts';
import type { ModelCard, ModelDelta, Tensor, Weights } from './types.ts';
import type { WritableModel } from './writable-model.ts';
import { writeGgufModel } from './write-gguf-model.ts';
import { writeHfDirectory } from './write-hf-directory.ts';

/** A base with what was trained on it. */
export interface ExportSource {
  readonly card: ModelCard;
  readonly deltas: readonly ModelDelta[];
  /** Merged into the weights after the deltas. */
  readonly adapter: LoraAdapter | undefined;
  /** Where the adapter came from, for error messages. */
  readonly adapterPath: string | undefined;
}

/** What was written, and whether reading it back gives every bit of it. */
export interface Exported {
  /** Digest of the tensors that were to be written, as float32 (`tensorDigest`). */
  readonly tensors: string;
  /** False when a 16-bit dtype rounded some of them. */
  readonly isExact: boolean;
}

/** How an exported file is written. */
export interface ExportOptions {
  readonly out: string;
  readonly dtype: FloatDtype;
  readonly replace: boolean;
}

/**
 * Writes the merged model as a Hugging Face directory or a GGUF file, and reads it back. Work error
 * `export-differs` when float32 values came back different.
 */
export async function exportModel(
  source: ExportSource,
  format: 'hf' | 'gguf',
  options: ExportOptions,
): Promise<Exported> {
  const { out, dtype, replace } = options;
  const model = { ...(await readText(source.card)), weights: await mergedWeights(source), dtype };
  const isTrained = source.deltas.length > 0 || source.adapter !== undefined;
  const parent = isTrained ? source.card.digest : source.card.lineage.parent;
  const whole = { ...model, ...(parent === undefined ? {} : { lineage: { parent } }) };
  if (format === 'hf') writeHfDirectory(out, whole, { replace });
  else writeGgufModel(out, whole, { replace });
  const written = await loadWeights({ path: out, deltas: [] });
  return compared(model.weights, written.weights, options);
}

/** Writes the adapter alone, for use beside its base, and reads it back; errors as exportModel. */
export async function exportAdapter(
  { card, adapter }: { readonly card: ModelCard; readonly adapter: LoraAdapter },
  format: 'peft' | 'gguf-lora',
  options: ExportOptions,
): Promise<Exported> {
  const { out, dtype, replace } = options;
  const { config, path: baseModel } = card;
  if (format === 'peft') writePeftAdapter(out, { ...adapter, baseModel, dtype }, { replace });
  else writeGgufAdapter(out, { ...adapter, config, dtype }, { replace });
  const written = await openAdapter(out, config);
  return compared(adapter.tensors, written.tensors, options);
}

/**
 * Writes a prefix for PEFT and reads it back; errors as exportModel, and those of a delta that is no
 * prefix of this base.
 */
export function exportPrefix(
  { card, delta }: { readonly card: ModelCard; readonly delta: ModelDelta },
  options: ExportOptions,
): Exported {
  const { out, dtype, replace } = options;
  // Applied and taken off again: a file of another base would be refused here.
  const prefix = new Map<string, Tensor>();
  applyPrefixDelta(card.config, prefix, delta);
  const tensors = toPromptEmbeddings(prefix, card.config);
  const { config, path: baseModel } = card;
  writePeftPrefix(out, { tensors, config, baseModel, dtype }, { replace });
  return compared(tensors, readSafetensors(join(out, PEFT_WEIGHTS)), options);
}

async function mergedWeights({
  card,
  deltas,
  adapter,
  adapterPath,
}: ExportSource): Promise<Weights> {
  if (deltas.some(({ kind }) => kind === 'prefix')) {
    throw userError(
      'no-merging',
      'a prefix stands in front of a text and cannot be merged into the weights',
      'Export it beside its base: --format peft.',
    );
  }
  const { weights } = await loadWeights({ path: card.path, deltas });
  if (adapter === undefined) return weights;
  const { tensors } = adapter;
  applyLora(weights, { path: adapterPath ?? 'adapter', tensors, scale: loraScale(adapter) });
  return weights;
}

async function readText(card: ModelCard): Promise<Omit<WritableModel, 'weights' | 'dtype'>> {
  const files = await openModelFiles(card.path);
  files.weights.close();
  const { json, config, templateSource, tokenizer } = openModelText(files);
  return {
    config: card.config,
    tokenizerJson: json,
    tokenizerConfig: config,
    endIds: tokenizer.endIds,
    chatTemplate: templateSource,
  };
}

function compared(meant: Weights, written: Weights, { out, dtype }: ExportOptions): Exported {
  const tensors = tensorDigest(meant);
  const isExact = tensorDigest(written) === tensors;
  if (dtype === 'F32' && !isExact) {
    throw workError(
      'export-differs',
      `${out} was written, but other values were read back from it`,
    );
  }
  return { tensors, isExact };
}
