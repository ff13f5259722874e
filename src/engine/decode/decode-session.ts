import { sizeOf } from '../graph/value.ts';
import type { SessionCache } from '../session-cache.ts';
import type { Feeds, GraphSession, ShapedData, TensorData } from '../session.ts';
import type { DecoderConfig, NamedTensors } from '../types.ts';
import { decodeGraph, type DecodeGraphSpec } from './decode-graph.ts';
import type { KvCache } from './kv-cache.ts';

/** New tokens of some rows, the same number each, and where they stand. */
export interface NewTokens {
  readonly rows: number;
  readonly time: number;
  /** [rows · time], row by row. */
  readonly ids: Int32Array;
  /** Cache index of each row's first new token, [rows]. */
  readonly starts: Int32Array;
  /** Flat indices of the tokens after which to score, one per row or more. */
  readonly scoredAt: Int32Array;
}

/** A compiled decode graph with its weights. */
export interface DecodeSession {
  /**
   * Appends tokens to the first rows of a cache. Scores [scoredAt.length, vocabSize] stay valid until
   * the next run.
   */
  run(tokens: NewTokens, cache: KvCache): Promise<Float32Array>;
}

/**
 * Decode steps from which laying out a model's weights once pays for compiling and holding a copy:
 * with 135M parameters it saved about a tenth of every step and cost two to three seconds.
 */
const BAKE_STEPS = 128;
/** Smaller models stay in the processor's caches, where laying out costs next to nothing. */
const BAKE_PARAMETERS = 20_000_000;
const POSITIONS_STEP = 512;

/** `steps`: decode steps the caller will at most need. Temperature 0 scores in logits. */
export async function openDecodeSession(
  sessions: SessionCache,
  options: {
    readonly config: DecoderConfig;
    readonly weights: NamedTensors;
    readonly temperature: number;
    readonly positions: number;
    readonly steps: number;
  },
): Promise<DecodeSession> {
  const { config, weights, temperature, steps } = options;
  const spec: DecodeGraphSpec = {
    config,
    maxPositions: Math.ceil(options.positions / POSITIONS_STEP) * POSITIONS_STEP,
    isGreedy: temperature === 0,
  };
  const parameters = [...weights.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  const isBaked = steps >= BAKE_STEPS && parameters >= BAKE_PARAMETERS;
  const build = (): ReturnType<typeof decodeGraph> => decodeGraph(spec);
  const session = await sessions.get({ decode: spec }, build, isBaked ? weights : undefined);
  const fixed = new Map<string, TensorData>();
  for (const [name, { data }] of weights) fixed.set(name, data);
  if (temperature !== 0) fixed.set('inverseTemperature', Float32Array.of(1 / temperature));
  let scores = new Float32Array(0);
  return {
    run: async (tokens, cache) => {
      const size = tokens.scoredAt.length * config.vocabSize;
      if (scores.length < size) scores = new Float32Array(size);
      const own = scores.subarray(0, size);
      await run(session, fixed, tokens, cache, own);
      return own;
    },
  };
}

async function run(
  session: GraphSession,
  fixed: Feeds,
  tokens: NewTokens,
  cache: KvCache,
  scores: Float32Array,
): Promise<void> {
  const { rows, time, ids, starts, scoredAt } = tokens;
  const { feeds: past, into } = cache.view(rows);
  const positions = BigInt64Array.from({ length: rows * time }, (_, i) =>
    BigInt(starts[Math.floor(i / time)]! + (i % time)),
  );
  const last = starts.map((start) => start + time - 1);
  const shaped = (data: TensorData, shape: readonly number[] = [data.length]): ShapedData => ({
    data,
    shape,
  });
  const feeds = new Map<string, TensorData | ShapedData>([
    ...fixed,
    ...past,
    ['ids', shaped(ids)],
    ['positions', shaped(positions, [rows, time])],
    ['rowsByTime', BigInt64Array.of(BigInt(rows), BigInt(time), -1n)],
    ['last', shaped(last)],
    ['total', Int32Array.of(Math.max(...last) + 1)],
    ['scoredAt', shaped(scoredAt)],
  ]);
  const scoresOut = shaped(scores, [scoredAt.length, scores.length / scoredAt.length]);
  await session.run(feeds, new Map([...into, ['scores', scoresOut]]));
}
