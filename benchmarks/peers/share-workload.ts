import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { chatWorkload } from '../chat-workload.ts';
import { CHATS, LORA, OPTIMISER, SAMPLING, SMOLLM2_PATH, TRAINING } from '../settings.ts';
import { BATCH, PROMPTS, TARGETS } from '../smollm2-workload.ts';
import { exportHfDirectory } from './hf-export.ts';

/** Files that give a peer the same weights, the same batch, targets and prompts. */
export interface SharedWorkload {
  readonly model: string;
  readonly batch: string;
  readonly prompts: string;
  readonly chats: string;
}

/** Writes them into a folder of the caller's. */
export async function shareWorkload(folder: string): Promise<SharedWorkload> {
  const paths = {
    model: join(folder, 'model'),
    batch: join(folder, 'batch.json'),
    prompts: join(folder, 'prompts.json'),
    chats: join(folder, 'chats.json'),
  };
  await exportHfDirectory(SMOLLM2_PATH, paths.model);
  const { topK, tokenIds_NK, logprobs_NK } = TARGETS;
  const rowOf = (data: Int32Array | Float32Array, row: number): number[] =>
    Array.from(data.subarray(row * topK, (row + 1) * topK));
  let row = 0;
  const examples = BATCH.map(({ promptIds, completionIds }) => {
    const rows = completionIds.map(() => row++);
    return {
      prompt: promptIds,
      completion: completionIds,
      topIds: rows.map((r) => rowOf(tokenIds_NK, r)),
      topLogprobs: rows.map((r) => rowOf(logprobs_NK, r)),
    };
  });
  const { batchSize } = TRAINING;
  writeFileSync(
    paths.batch,
    JSON.stringify({ batchSize, lora: LORA, optimiser: OPTIMISER, examples }),
  );
  writeFileSync(
    paths.prompts,
    JSON.stringify({ newTokens: SAMPLING.newTokens, prompts: PROMPTS, endIds: [], temperature: 1 }),
  );
  const { maxNewTokens: newTokens, temperature } = CHATS;
  writeFileSync(paths.chats, JSON.stringify({ ...(await chatWorkload()), newTokens, temperature }));
  return paths;
}
