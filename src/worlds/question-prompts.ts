import { drawDistinct } from './draw.ts';
import type { Prompt } from './types.ts';

/** Draws direct questions from a pool; questions that share their core share a cluster. */
export function drawQuestions(
  pool: readonly { readonly core: string; readonly text: string }[],
  count: number,
  seed: string,
): readonly Prompt[] {
  return drawDistinct(pool, count, seed, 'direct questions').map(({ core, text }) => ({
    id: `question/${text}`,
    cluster: `question/${core}`,
    messages: [{ role: 'user', content: text }],
  }));
}
