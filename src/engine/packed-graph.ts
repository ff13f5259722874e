import { gatherRows } from './graph/gather-ops.ts';
import { ropeTables } from './graph/network-ops.ts';
import { slice } from './graph/shape-ops.ts';
import { input, type Value } from './graph/value.ts';
import { rowAttention } from './decoder/attention.ts';
import { decoder, head } from './decoder/decoder.ts';
import type { Parameters } from './decoder/parameters.ts';
import { ropeFrequencies } from './decoder/rope-frequencies.ts';
import type { Bucket } from './packing.ts';
import type { DecoderConfig } from './types.ts';

/** Largest logits matrix held at once, in numbers: the head works through chunks of rows. */
const MAX_LOGITS = 16 * 1024 * 1024;

/**
 * Hidden states at the scored positions of a packed batch, in chunks of rows small enough that
 * logits over the whole vocabulary never exist for all rows.
 */
export function scoredChunks(
  config: DecoderConfig,
  parameters: Parameters,
  bucket: Bucket,
): { readonly start: number; readonly end: number; readonly logits: () => Value }[] {
  const { rows, time, scored } = bucket;
  const ids = input('ids', [rows, time], 'int32');
  const positions = input('positions', [rows, time], 'int64');
  const mask = input('mask', [rows, 1, 1, time, time]);
  const tables = ropeTables(time, ropeFrequencies(config));
  const attend = rowAttention(config, { batch: rows, time }, positions, mask, tables);
  const hidden = decoder(config, parameters, ids, attend);
  const picked = gatherRows(hidden, input('scoredAt', [scored], 'int32'));
  const size = Math.max(32, Math.min(scored, Math.floor(MAX_LOGITS / config.vocabSize)));
  const chunks = [];
  for (let start = 0; start < scored; start += size) {
    const end = Math.min(scored, start + size);
    const rowsOf = (): Value =>
      start === 0 && end === scored ? picked : slice(picked, 0, start, end);
    chunks.push({ start, end, logits: () => head(config, parameters, rowsOf()) });
  }
  return chunks;
}
