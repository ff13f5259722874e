import { linear } from './graph/matmul-ops.ts';
import { ropeTables } from './graph/network-ops.ts';
import { slice } from './graph/shape-ops.ts';
import { input, type Value } from './graph/value.ts';
import { rowAttention } from './decoder/attention.ts';
import { decoder, headWeight } from './decoder/decoder.ts';
import type { Parameters } from './decoder/parameters.ts';
import { ropeFrequencies } from './decoder/rope-frequencies.ts';
import type { Bucket } from './packing.ts';
import type { DecoderConfig } from './types.ts';

/** Largest logits matrix held at once, in numbers: the head works through chunks of rows. */
const MAX_LOGITS = 16 * 1024 * 1024;

function headRows(vocabSize: number): number {
  return Math.max(32, Math.floor(MAX_LOGITS / vocabSize));
}

/** Scored rows [start, end) of a run. */
export interface ScoredChunk {
  readonly start: number;
  readonly end: number;
  /** Adds the head for these rows to the graph: logits [end − start, vocabSize]. */
  readonly logits: () => Value;
  /** The same as a function of what it reads, hidden states first. */
  readonly headInputs: readonly Value[];
  readonly headOf: (inputs: readonly Value[]) => Value;
}

/** The rows of a chunk out of a value with one row per scored position. */
export function rowsOf(value: Value, { start, end }: Pick<ScoredChunk, 'start' | 'end'>): Value {
  return start === 0 && end === value.shape[0] ? value : slice(value, 0, start, end);
}

/**
 * Hidden states at the scored positions of a packed batch, in chunks of rows small enough that
 * logits over the whole vocabulary never exist for all rows.
 */
export function scoredChunks(
  config: DecoderConfig,
  parameters: Parameters,
  bucket: Bucket,
): ScoredChunk[] {
  const { rows, time, scored } = bucket;
  const ids = input('ids', [rows, time], 'int32');
  const positions = input('positions', [rows, time], 'int64');
  const mask = input('mask', [rows, 1, 1, time, time]);
  const length = parameters.prefix(0)?.keys.shape[0] ?? 0;
  const tables = ropeTables(length + time, ropeFrequencies(config));
  const { prefix } = parameters;
  const attend = rowAttention(config, { batch: rows, time }, positions, mask, tables, { prefix });
  const keep = input('scoredAt', [scored], 'int32');
  const picked = decoder(config, parameters, ids, attend, { keep });
  const size = Math.min(scored, bucket.headRows ?? headRows(config.vocabSize));
  const chunks: ScoredChunk[] = [];
  for (let start = 0; start < scored; start += size) {
    const end = Math.min(scored, start + size);
    const headInputs = [rowsOf(picked, { start, end }), headWeight(config, parameters)];
    const headOf = ([hidden, weight]: readonly Value[]): Value => linear(hidden!, weight!);
    chunks.push({ start, end, headInputs, headOf, logits: () => headOf(headInputs) });
  }
  return chunks;
}
