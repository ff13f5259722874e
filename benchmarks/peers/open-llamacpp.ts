import { getLlama, type Llama, LlamaLogLevel, type LlamaModel, type Token } from 'node-llama-cpp';

/** A GGUF file opened by llama.cpp on the CPU, with the prebuilt library of the npm package. */
export async function openLlamaCpp(
  path: string,
  threads: number,
): Promise<{ readonly llama: Llama; readonly model: LlamaModel }> {
  const llama = await getLlama({
    gpu: false,
    build: 'never',
    skipDownload: true,
    maxThreads: threads,
    logLevel: LlamaLogLevel.error,
  });
  return { llama, model: await llama.loadModel({ modelPath: path }) };
}

/** Whether a number can be a token id, as node-llama-cpp's own type wants to hear. */
export function isToken(id: number): id is Token {
  return Number.isInteger(id) && id >= 0;
}
