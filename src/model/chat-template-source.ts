import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { userError } from '../base/errors.ts';
import { MAX_TEMPLATE_CHARS } from './chat-template.ts';
import type { GgufFile } from './gguf.ts';
import { kind, metadataValue } from './gguf-metadata.ts';
import { parseWith, readOptionalJsonFile, readTextFile } from './read-json-file.ts';
import { listOf } from './schema-parts.ts';

/** A UTF-8 character takes up to four bytes. */
const MAX_TEMPLATE_BYTES = MAX_TEMPLATE_CHARS * 4;

const configSchema = z.looseObject({
  chat_template: z
    .union([z.string(), listOf(z.object({ name: z.string(), template: z.string() }))])
    .nullish(),
});

/**
 * The template of a Hugging Face directory: chat_template.jinja, else chat_template in
 * tokenizer_config.json (of several, the one named `default`).
 */
export function huggingFaceTemplateSource(directory: string): string {
  const file = join(directory, 'chat_template.jinja');
  if (existsSync(file)) return readTextFile(file, MAX_TEMPLATE_BYTES);
  const configPath = join(directory, 'tokenizer_config.json');
  const config = parseWith(configPath, configSchema, readOptionalJsonFile(configPath) ?? {});
  const { chat_template: template } = config;
  const source =
    typeof template === 'string'
      ? template
      : template?.find(({ name }) => name === 'default')?.template;
  if (source === undefined) throw missing(directory);
  return source;
}

/** The template in a GGUF file's metadata. */
export function ggufTemplateSource(file: GgufFile): string {
  const source = metadataValue(file, 'tokenizer.chat_template', kind.string);
  if (source === undefined) throw missing(file.path);
  return source;
}

function missing(path: string): Error {
  return userError(
    'chat-template-missing',
    `${path} has no chat template, so it is not known how it was taught to read messages`,
    'Use an instruction-tuned model, or put its chat_template.jinja into the directory.',
  );
}
