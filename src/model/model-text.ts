import { ggufTemplateSource, huggingFaceTemplateSource } from './chat-template-source.ts';
import { openGgufTokenizer } from './gguf-tokenizer.ts';
import { type OpenedTokenizer, openHuggingFaceTokenizer } from './hf-tokenizer.ts';
import type { ModelFiles } from './model-files.ts';

/** How a model reads and writes text: all of it but config and weights. */
export interface ModelText extends OpenedTokenizer {
  /** Source of the chat template. */
  readonly templateSource: string;
}

/** Opens tokenizer and chat template of a directory or a GGUF file; raises what their readers raise. */
export function openModelText({ path, gguf }: Pick<ModelFiles, 'path' | 'gguf'>): ModelText {
  return gguf === undefined
    ? { ...openHuggingFaceTokenizer(path), templateSource: huggingFaceTemplateSource(path) }
    : { ...openGgufTokenizer(gguf), templateSource: ggufTemplateSource(gguf) };
}
