import { join } from 'node:path';
import { writeFileAtomic } from '../base/files.ts';
import { DTYPE_BYTES, type FloatDtype, writeSafetensors } from './safetensors.ts';
import type { Tensor, Weights } from './types.ts';

/** Largest file of weights: what one buffer holds comfortably, and any file system too. */
const SHARD_BYTES = 4_000_000_000;

/**
 * Writes model.safetensors, or with more than `shardBytes` of values model-0000i-of-0000n.safetensors
 * and the index that says which tensor is where. A tensor is never split.
 */
export function writeShardedWeights(
  directory: string,
  tensors: Weights,
  options: { readonly dtype: FloatDtype; readonly shardBytes?: number | undefined },
): void {
  const { dtype, shardBytes = SHARD_BYTES } = options;
  const bytesOf = ({ data }: Tensor): number => data.length * DTYPE_BYTES[dtype];
  const shards: Map<string, Tensor>[] = [];
  let room = 0;
  for (const [name, tensor] of tensors) {
    if (shards.length === 0 || bytesOf(tensor) > room) {
      shards.push(new Map());
      room = shardBytes;
    }
    shards.at(-1)!.set(name, tensor);
    room -= bytesOf(tensor);
  }
  const fiveDigits = (n: number): string => String(n).padStart(5, '0');
  const weightMap: Record<string, string> = {};
  shards.forEach((shard, i) => {
    const file =
      shards.length === 1
        ? 'model.safetensors'
        : `model-${fiveDigits(i + 1)}-of-${fiveDigits(shards.length)}.safetensors`;
    writeFileAtomic(join(directory, file), writeSafetensors(shard, { dtype }));
    for (const name of shard.keys()) weightMap[name] = file;
  });
  if (shards.length === 1) return;
  const total = [...tensors.values()].reduce((sum, tensor) => sum + bytesOf(tensor), 0);
  const index = { metadata: { total_size: total }, weight_map: weightMap };
  writeFileAtomic(
    join(directory, 'model.safetensors.index.json'),
    `${JSON.stringify(index, null, 2)}\n`,
  );
}
