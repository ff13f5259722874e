import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from '../../src/base/digest.ts';
import { AppError } from '../../src/base/errors.ts';
import { loraScale } from '../../src/model/lora-adapter.ts';
import { loadWeights } from '../../src/model/load-weights.ts';
import { openAdapter } from '../../src/model/open-adapter.ts';
import { openModel } from '../../src/model/open-model.ts';
import { checkTurnEnd, encodeContent, renderPrompt } from '../../src/model/render-prompt.ts';
import type { ModelCard } from '../../src/model/types.ts';
import type { HostileCase } from './hostile-case.ts';
import { seedAdapter, seedFiles, writeFiles } from './seed-model.ts';

/** What became of a hostile file: used without complaint, or refused with a typed error. */
export type Outcome =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Longest message that says what is wrong rather than repeating the file. */
const MAX_MESSAGE_CHARS = 4_100;
/** Texts that hostile patterns, vocabularies and templates meet after loading. */
const TEXTS = [
  'hello owl like an owl 123 the lazy dog jumps over and over and over',
  '<|im_start|>user\n ‮Ünïcödé ﷺ \ud800 <|im_end|>',
  `${'a'.repeat(200)} ${' '.repeat(50)}\n\n`,
] as const;

/** Tries one hostile case after the other; throws what is a bug (see `openArena`). */
export type Arena = (hostile: HostileCase) => Promise<Outcome>;

/**
 * Prepares folders with valid models under `root`. Each case puts its files over theirs, opens the
 * model and uses everything that was accepted: reads the weights, encodes, decodes, renders. A case
 * rejects with what is a bug: an error without a type, or output that makes no sense.
 */
export function openArena(root: string): Arena {
  const folders = { whole: join(root, 'whole'), sharded: join(root, 'sharded') };
  writeFiles(folders.whole, seedFiles);
  writeFiles(folders.sharded, seedFiles);
  // A single file would hide the shards.
  rmSync(join(folders.sharded, 'model.safetensors'));
  return async (hostile) => {
    const folder = hostile.format === 'sharded index' ? folders.sharded : folders.whole;
    writeFiles(folder, hostile.files);
    try {
      return await outcomeOf(hostile, folder);
    } finally {
      for (const name of hostile.files.keys()) {
        const seed = folder === folders.whole ? seedFiles.get(name) : undefined;
        if (seed === undefined) rmSync(join(folder, name), { force: true });
        else writeFileSync(join(folder, name), seed);
      }
    }
  };
}

async function outcomeOf(hostile: HostileCase, folder: string): Promise<Outcome> {
  try {
    if (hostile.format === 'adapter') await useAdapter(folder, hostile.files);
    else await useModel(hostile.format === 'gguf' ? join(folder, 'model.gguf') : folder);
    return { kind: 'accepted' };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.message.length > MAX_MESSAGE_CHARS) {
      throw new Error(`the message of "${error.code}" has ${error.message.length} characters`);
    }
    return { kind: 'refused', code: error.code, message: error.message };
  }
}

async function useModel(path: string): Promise<void> {
  const card = await openModel(path);
  for (const text of TEXTS) {
    const ids = encodeContent(card.tokenizer, text);
    checkIds(card, ids);
    checkText(card.tokenizer.decode(ids));
  }
  checkText(card.tokenizer.decode([0, 1, 2, 3, card.tokenizer.vocabSize - 1, 999_999]));
  const { text, ids } = renderPrompt(card, [
    { role: 'system', content: TEXTS[0] },
    { role: 'user', content: TEXTS[1] },
  ]);
  checkText(text);
  checkIds(card, ids);
  checkTurnEnd(card);
  const { config, weights } = await loadWeights({ path, deltas: [] });
  const embedding = weights.get('model.embed_tokens.weight');
  if (embedding?.data.length !== config.vocabSize * config.hiddenSize) {
    throw new Error('the embedding does not fit the config');
  }
}

async function useAdapter(folder: string, files: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { config } = await loadWeights({ path: folder, deltas: [] });
  const gguf = files.has('adapter.gguf');
  const name = gguf ? 'adapter.gguf' : 'adapter_model.safetensors';
  const path = join(folder, name);
  const digest = sha256(files.get(name) ?? seedAdapter);
  // A file is one or the other; used as the wrong one it must be refused as well.
  await loadWeights({ path: folder, deltas: [{ kind: 'full', path, digest }] }).catch(typedOnly);
  if (!gguf)
    await loadWeights({ path: folder, deltas: [{ kind: 'lora', path, digest, scale: 2 }] });
  const adapter = await openAdapter(gguf ? path : folder, config);
  if (!Number.isFinite(loraScale(adapter))) throw new Error('the scale is no number');
}

function typedOnly(error: unknown): void {
  if (!(error instanceof AppError)) throw error;
}

function checkIds({ config }: ModelCard, ids: readonly number[]): void {
  const stray = ids.find((id) => !Number.isInteger(id) || id < 0 || id >= config.vocabSize);
  if (stray !== undefined) throw new Error(`the tokenizer made the id ${stray}`);
}

function checkText(text: unknown): void {
  if (typeof text !== 'string') throw new TypeError(`a ${typeof text} came where text belongs`);
}
