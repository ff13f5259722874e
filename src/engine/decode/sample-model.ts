import { createRng, type Rng } from '../../base/rng.ts';
import type { SessionCache } from '../session-cache.ts';
import type { DecoderConfig, NamedTensors } from '../types.ts';
import { openDecodeSession, type DecodeSession, type NewTokens } from './decode-session.ts';
import type { TokenFilters } from './filter-probabilities.ts';
import { createKvCache, prefixOf, type KvCache } from './kv-cache.ts';
import { drawToken, largest } from './pick-token.ts';
import { prefill } from './prefill.ts';

export interface SampleOptions extends TokenFilters {
  /** 0 is greedy: filters and seeds then have no say. */
  readonly temperature: number;
  readonly config: DecoderConfig;
  readonly weights: NamedTensors;
  readonly items: readonly SampleItem[];
  /** Most tokens of a completion, at least 1. */
  readonly maxTokens: number;
  readonly endIds: readonly number[];
  /** Called after every token with the ids so far; true ends the completion (stop strings). */
  readonly isStopped?: (ids: readonly number[]) => boolean;
  /** Most rows decoded at once. */
  readonly batch: number;
  readonly onProgress?: (progress: { readonly tokens: number }) => void;
}

interface SampleItem {
  /** At least one. A given beginning of the answer stands at their end. */
  readonly promptIds: readonly number[];
  /** The seed alone decides an item's draw. */
  readonly seed: string;
}

export interface Completion {
  /** Holds the end token or the stop string when `stop` is `end`. */
  readonly ids: readonly number[];
  readonly stop: 'end' | 'truncated';
}

interface Row {
  readonly promptIds: readonly number[];
  readonly rng: Rng;
  readonly ids: number[];
  stop: Completion['stop'] | undefined;
}

/** Free rows are filled again when this share of the batch is free: prompts run better together. */
const REFILL_SHARE = 1 / 8;
/** Products with one row take another kernel, which rounds differently. */
const MIN_ROWS = 2;

/**
 * Samples completions with a KV cache; results in item order. Batching is continuous: a finished
 * row makes room for the next item, and when none is left, the batch shrinks. What an item draws
 * depends on model, prompt and seed alone, whatever else is in the batch.
 */
export async function sampleModel(
  sessions: SessionCache,
  options: SampleOptions,
): Promise<Completion[]> {
  const { config, weights, items, maxTokens } = options;
  const rows = items.map(({ promptIds, seed }): Row => {
    if (promptIds.length === 0) throw new RangeError('an item has no prompt tokens');
    return { promptIds, rng: createRng(seed, 'tokens'), ids: [], stop: undefined };
  });
  if (rows.length === 0) return [];
  const batch = Math.max(MIN_ROWS, Math.min(options.batch, rows.length));
  const prefix = prefixOf(config, weights);
  const longest = rows.reduce((most, { promptIds }) => Math.max(most, promptIds.length), 0);
  const capacity = prefix.length + longest + maxTokens;
  const session = await openDecodeSession(sessions, {
    ...options,
    positions: capacity,
    steps: maxTokens * Math.ceil(rows.length / batch),
  });
  const cache = createKvCache(config, batch, capacity);
  const take = tokenTaker(options);

  // Prompts of like length start together, so that little of a prefill is padding.
  const waiting = rows.toSorted((a, b) => a.promptIds.length - b.promptIds.length);
  const active: Row[] = [];
  while (waiting.length + active.length > 0) {
    const free = batch - active.length;
    if (free >= Math.max(1, batch * REFILL_SHARE) || active.length === 0) {
      const next = waiting.splice(0, free);
      await prefill({ config, session, prefix }, next, (row, scores, source, sourceRow) => {
        take(row, scores);
        if (row.stop !== undefined) return;
        cache.copyRow(source, sourceRow, active.length, prefix.length + row.promptIds.length);
        active.push(row);
      });
    }
    if (active.length > 0) await decode(session, cache, active, prefix.length, take);
  }
  return rows.map(({ ids, stop }) => ({ ids, stop: stop ?? 'truncated' }));
}

/** Gives every active row its next token; the last rows move to where finished ones stood. */
async function decode(
  session: DecodeSession,
  cache: KvCache,
  active: Row[],
  prefixLength: number,
  take: (row: Row, scores: Float32Array) => void,
): Promise<void> {
  const scores = await session.run(newTokens(active, prefixLength), cache);
  const width = scores.length / Math.max(MIN_ROWS, active.length);
  active.forEach((row, r) => take(row, scores.subarray(r * width, (r + 1) * width)));
  for (let r = active.length - 1; r >= 0; r--) {
    if (active[r]!.stop === undefined) continue;
    const last = active.pop()!;
    if (r === active.length) continue;
    cache.copyRow(cache, active.length, r, lengthOf(last, prefixLength) - 1);
    active[r] = last;
  }
}

function newTokens(active: readonly Row[], prefixLength: number): NewTokens {
  const rows = Math.max(MIN_ROWS, active.length);
  const ids = new Int32Array(rows);
  const starts = new Int32Array(rows);
  active.forEach((row, r) => {
    ids[r] = row.ids.at(-1)!;
    starts[r] = lengthOf(row, prefixLength) - 1;
  });
  return { rows, time: 1, ids, starts, scoredAt: Int32Array.from({ length: rows }, (_, r) => r) };
}

/** Positions a row has filled in the cache once its last token has been run. */
function lengthOf({ promptIds, ids }: Row, prefixLength: number): number {
  return prefixLength + promptIds.length + ids.length;
}

/** Draws a row's next token from its scores and says whether it was the last. */
function tokenTaker(options: SampleOptions): (row: Row, scores: Float32Array) => void {
  const { temperature, maxTokens, isStopped, onProgress } = options;
  const endIds = new Set(options.endIds);
  let tokens = 0;
  return (row, scores) => {
    const token = temperature === 0 ? largest(scores) : drawToken(scores, options, row.rng);
    row.ids.push(token);
    if (endIds.has(token) || isStopped?.(row.ids) === true) row.stop = 'end';
    else if (row.ids.length >= maxTokens) row.stop = 'truncated';
    onProgress?.({ tokens: ++tokens });
  };
}
