import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openHuggingFaceWeights } from './hf-weights.ts';
import { writeSafetensors } from './safetensors.ts';

const shard = (name: string, value: number): Uint8Array =>
  writeSafetensors(new Map([[name, { shape: [1], data: Float32Array.of(value) }]]), {
    dtype: 'F32',
  });

function directory(weightMap: Record<string, string>): string {
  const path = mkdtempSync(join(tmpdir(), 'sharded-'));
  writeFileSync(join(path, 'model-1.safetensors'), shard('a', 1));
  writeFileSync(join(path, 'model-2.safetensors'), shard('b', 2));
  writeFileSync(
    join(path, 'model.safetensors.index.json'),
    JSON.stringify({ metadata: { total_size: 8 }, weight_map: weightMap }),
  );
  return path;
}

describe('sharded weights', () => {
  it('reads every tensor from its shard', () => {
    const weights = openHuggingFaceWeights(
      directory({ a: 'model-1.safetensors', b: 'model-2.safetensors' }),
    );
    expect([...weights.read('a'), ...weights.read('b')]).toEqual([1, 2]);
    expect([...weights.shapes]).toEqual([
      ['a', [1]],
      ['b', [1]],
    ]);
    expect(weights.files).toHaveLength(2);
    weights.close();
  });

  it.each([
    ['../model-1.safetensors', /"..\/model-1.safetensors", which is not a file name/],
    ['/etc/model.safetensors', /not a file name/],
    ['sub/model.safetensors', /not a file name/],
    ['..', /not a file name/],
    ['model-3.safetensors', /shard model-3.safetensors does not exist/],
    ['model-2.safetensors', /places tensor "a" in model-2.safetensors, which lacks it/],
  ])('refuses an index that points to %s', (file, message) => {
    expect(() => openHuggingFaceWeights(directory({ a: file }))).toThrow(message);
  });

  it('explains why pickled weights are not opened', () => {
    const path = mkdtempSync(join(tmpdir(), 'pickled-'));
    writeFileSync(join(path, 'pytorch_model.bin'), '');
    expect(() => openHuggingFaceWeights(path)).toThrow(/pickled weights/);
  });
});
