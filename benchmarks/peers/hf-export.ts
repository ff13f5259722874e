import { loadWeights } from '../../src/model/load-weights.ts';
import { ggufTemplateSource } from '../../src/model/chat-template-source.ts';
import { openGgufTokenizer } from '../../src/model/gguf-tokenizer.ts';
import { readGguf } from '../../src/model/gguf.ts';
import { writeHfDirectory } from '../../src/model/write-hf-directory.ts';

/** Writes a GGUF file's dequantised weights as a float32 Hugging Face directory for the peers. */
export async function exportHfDirectory(ggufPath: string, directory: string): Promise<void> {
  const file = await readGguf(ggufPath);
  const { json, specialTokens } = openGgufTokenizer(file);
  const { config, weights } = await loadWeights({ path: ggufPath, deltas: [] });
  writeHfDirectory(directory, {
    config,
    weights,
    tokenizerJson: json,
    tokenizerConfig: { ...specialTokens },
    chatTemplate: ggufTemplateSource(file),
    dtype: 'F32',
  });
}
