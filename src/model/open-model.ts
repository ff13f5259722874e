import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { digestJson, sha256 } from '../base/digest.ts';
import { userError } from '../base/errors.ts';
import { createChatTemplate } from './chat-template.ts';
import type { GgufFile } from './gguf.ts';
import { kind, metadataValue } from './gguf-metadata.ts';
import { openModelFiles } from './model-files.ts';
import { openModelText } from './model-text.ts';
import { parseWith, readJsonFile } from './read-json-file.ts';
import type { ModelCard } from './types.ts';

/** File beside a model that records what it was trained from: `{"parent": "<digest>"}`. */
export const LINEAGE_FILE = 'informant_lineage.json';

const HASH_CHUNK_BYTES = 4 * 1024 * 1024;

/**
 * Opens a Hugging Face directory or a .gguf file without loading its weights (their bytes are
 * hashed). Besides the errors of its parts, user error `tokenizer-mismatch` when the tokenizer has
 * ids that the embedding lacks; embeddings padded with further rows are fine.
 */
export async function openModel(modelPath: string): Promise<ModelCard> {
  const { path, gguf, config, weights } = await openModelFiles(modelPath);
  weights.close();
  const { tokenizer, json, specialTokens, templateSource } = openModelText({ path, gguf });
  if (tokenizer.vocabSize > config.vocabSize) {
    throw userError(
      'tokenizer-mismatch',
      `the tokenizer of ${path} does not match its weights: it has ids up to ${tokenizer.vocabSize - 1}, the embedding has ${config.vocabSize} rows`,
      'Use the tokenizer the model was trained with.',
    );
  }
  const chatTemplate = createChatTemplate(path, templateSource, specialTokens);
  const weightDigests: string[] = [];
  for (const file of weights.files) weightDigests.push(await sha256File(file));
  return {
    path,
    config,
    tokenizer,
    chatTemplate,
    digest: digestJson({
      config: { ...config },
      tokenizer: sha256(JSON.stringify({ json, specialTokens, endIds: tokenizer.endIds })),
      chatTemplate: chatTemplate.digest,
      weights: weightDigests,
    }),
    lineage: {
      parent: gguf === undefined ? directoryParent(path) : ggufParent(gguf),
      tokenizer: tokenizer.digest,
      chatTemplate: chatTemplate.digest,
    },
  };
}

/** sha256 of a file's bytes, read in pieces. */
export async function sha256File(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: HASH_CHUNK_BYTES })) {
    hash.update(chunk);
  }
  return hash.digest('hex');
}

function directoryParent(directory: string): string | undefined {
  const path = join(directory, LINEAGE_FILE);
  if (!existsSync(path)) return undefined;
  const schema = z.looseObject({ parent: z.string().nullish() });
  return parseWith(path, schema, readJsonFile(path)).parent ?? undefined;
}

/** A GGUF file names its parent by address or name, not by digest. */
function ggufParent(file: GgufFile): string | undefined {
  const value = (key: string): string | undefined =>
    metadataValue(file, `general.base_model.0.${key}`, kind.string);
  return value('repo_url') ?? value('name');
}
