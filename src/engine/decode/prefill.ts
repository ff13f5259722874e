import type { DecoderConfig } from '../types.ts';
import type { DecodeSession } from './decode-session.ts';
import { createKvCache, type KvCache, type Prefix } from './kv-cache.ts';

/** Prompt tokens computed in one run, padding included. */
const MAX_PREFILL_TOKENS = 1024;

interface Prompt {
  readonly promptIds: readonly number[];
}

/**
 * Runs prompts through the model and hands each row over once: its scores after the prompt, and the
 * cache row that holds it. Equal prompts are computed once, prompts of like length together.
 */
export async function prefill<R extends Prompt>(
  options: {
    readonly config: DecoderConfig;
    readonly session: DecodeSession;
    readonly prefix: Prefix;
  },
  rows: readonly R[],
  onRow: (row: R, scores: Float32Array, cache: KvCache, cacheRow: number) => void,
): Promise<void> {
  const { config, session, prefix } = options;
  // The kernel takes one row at a time when something stands before a prompt.
  const mostRows = prefix.length > 0 ? 1 : Infinity;
  for (const group of groupsOf(rows, mostRows)) {
    const count = group.length;
    const time = timeOf(group[0]!);
    const cache = createKvCache(config, count, prefix.length + time);
    cache.writePrefix(prefix, count);
    // Padding stands behind a prompt, where causal attention cannot see it.
    const ids = new Int32Array(count * time);
    // Never a single row, which products would round differently.
    const scoredAt = new Int32Array(Math.max(2, count));
    group.forEach(([{ promptIds }], r) => {
      ids.set(promptIds, r * time);
      scoredAt[r] = r * time + promptIds.length - 1;
    });
    const starts = new Int32Array(count).fill(prefix.length);
    const scores = await session.run({ rows: count, time, ids, starts, scoredAt }, cache);
    group.forEach((same, r) => {
      const own = scores.subarray(r * config.vocabSize, (r + 1) * config.vocabSize);
      for (const row of same) onRow(row, own, cache, r);
    });
  }
}

/** Rows of equal prompts side by side, in groups that fit one run. */
function groupsOf<R extends Prompt>(rows: readonly R[], mostRows: number): [R, ...R[]][][] {
  const byPrompt = new Map<string, [R, ...R[]]>();
  for (const row of rows) {
    const key = row.promptIds.join();
    const same = byPrompt.get(key);
    if (same === undefined) byPrompt.set(key, [row]);
    else same.push(row);
  }
  const prompts = [...byPrompt.values()];
  prompts.sort(([a], [b]) => b.promptIds.length - a.promptIds.length);
  const groups: [R, ...R[]][][] = [];
  for (const prompt of prompts) {
    const group = groups.at(-1);
    const isRoom =
      group !== undefined &&
      group.length < mostRows &&
      (group.length + 1) * timeOf(group[0]!) <= MAX_PREFILL_TOKENS;
    if (isRoom) group.push(prompt);
    else groups.push([prompt]);
  }
  return groups;
}

// The first of a group is its longest. Never a single token: products with one row take another
// kernel, which rounds differently.
function timeOf([longest]: readonly [Prompt, ...Prompt[]]): number {
  return Math.max(2, longest.promptIds.length);
}
