import { openGgufTokenizer } from './gguf-tokenizer.ts';
import { openHuggingFaceTokenizer } from './hf-tokenizer.ts';
import { openModelFiles } from './model-files.ts';
import type { Tokenizer } from './types.ts';

/** The tokenizer of a Hugging Face directory or .gguf file; user errors as in `openModel`. */
export async function openTokenizer(modelPath: string): Promise<Tokenizer> {
  const { path, gguf, weights } = await openModelFiles(modelPath);
  weights.close();
  return (gguf === undefined ? openHuggingFaceTokenizer(path) : openGgufTokenizer(gguf)).tokenizer;
}
