import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../base/digest.ts';
import { peftNames } from './peft-names.ts';
import { LM_HEAD } from './expected-tensors.ts';
import { loadWeights } from './load-weights.ts';
import { writeSafetensors } from './safetensors.ts';
import { tinyConfig, tinyModel, tinyWeights } from './tiny-model.fixture.ts';
import type { ModelDelta, Tensor } from './types.ts';
import { writeHfDirectory } from './write-hf-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'weights-'));
const base = join(folder, 'base');
writeHfDirectory(base, tinyModel());
const Q = 'model.layers.1.self_attn.q_proj.weight';
let files = 0;

function delta(kind: ModelDelta['kind'], tensors: ReadonlyMap<string, Tensor>): ModelDelta {
  const path = join(folder, `${files++}.safetensors`);
  const bytes = writeSafetensors(tensors, { dtype: 'F32' });
  writeFileSync(path, bytes);
  const plain = { kind, path, digest: sha256(bytes) };
  return kind === 'lora' ? { ...plain, scale: 2 } : plain;
}

const tensor = (shape: number[], value: (i: number) => number): Tensor => ({
  shape,
  data: Float32Array.from({ length: shape[0]! * shape[1]! }, (_, i) => value(i)),
});

function lora(rank = 2): Map<string, Tensor> {
  const { a, b } = peftNames(Q);
  return new Map([
    [a, tensor([rank, 32], (i) => i / 100)],
    [b, tensor([32, rank], (i) => Math.sin(i))],
  ]);
}

describe('loadWeights', () => {
  it('returns fresh writable float32 arrays of the base', async () => {
    const { config, weights } = await loadWeights({ path: base, deltas: [] });
    expect(config).toEqual(tinyConfig);
    expect(weights).toEqual(tinyWeights());
    weights.get(Q)!.data.fill(7);
    expect((await loadWeights({ path: base, deltas: [] })).weights).toEqual(tinyWeights());
  });

  it('reads F16 and BF16 to their precision', async () => {
    for (const [dtype, precision] of [
      ['F16', 2 ** -11],
      ['BF16', 2 ** -8],
    ] as const) {
      const path = join(folder, dtype);
      writeHfDirectory(path, tinyModel({ dtype }));
      const { weights } = await loadWeights({ path, deltas: [] });
      const [got, exact] = [weights.get(Q)!.data, tinyWeights().get(Q)!.data];
      // Below 2^-14 half precision has fixed steps of 2^-24.
      const errors = exact.map(
        (value, i) => Math.abs(got[i]! - value) / Math.max(Math.abs(value), 2 ** -14),
      );
      expect(Math.max(...errors)).toBeLessThan(precision * 1.01);
      expect(Math.max(...errors)).toBeGreaterThan(precision / 100);
    }
  });

  it('replaces all weights, then adds scale · B · A', async () => {
    const replacement = tinyWeights(tinyConfig, 1);
    const deltas = [delta('full', replacement), delta('lora', lora())];
    const { weights } = await loadWeights({ path: base, deltas });
    const { a, b } = peftNames(Q);
    const [A, B] = [lora().get(a)!.data, lora().get(b)!.data];
    const expected = replacement.get(Q)!.data.map((value, at) => {
      const [row, column] = [Math.floor(at / 32), at % 32];
      return value + 2 * (B[row * 2]! * A[column]! + B[row * 2 + 1]! * A[32 + column]!);
    });
    const got = weights.get(Q)!.data;
    expected.forEach((value, i) => expect(got[i]).toBeCloseTo(value, 6));
    const K = 'model.layers.1.self_attn.k_proj.weight';
    expect(weights.get(K)).toEqual(replacement.get(K));
  });

  it('accepts a full delta that repeats the tied head', async () => {
    const replacement = tinyWeights(tinyConfig, 1);
    replacement.set(LM_HEAD, replacement.get('model.embed_tokens.weight')!);
    const { weights } = await loadWeights({ path: base, deltas: [delta('full', replacement)] });
    expect(weights).toEqual(tinyWeights(tinyConfig, 1));
  });
});

describe('a delta that does not fit', () => {
  const without = (name: string, from: Map<string, Tensor>): Map<string, Tensor> =>
    new Map([...from].filter(([key]) => key !== name));
  const { a, b } = peftNames(Q);

  it.each([
    ['full without a tensor', () => delta('full', without(Q, tinyWeights())), `"${Q}" is missing`],
    [
      'full with another shape',
      () =>
        delta(
          'full',
          tinyWeights().set(
            Q,
            tensor([4, 4], () => 0),
          ),
        ),
      `"${Q}" has shape [4, 4]`,
    ],
    [
      'full with an extra tensor',
      () =>
        delta(
          'full',
          tinyWeights().set(
            'extra',
            tensor([1, 1], () => 0),
          ),
        ),
      'no tensor "extra"',
    ],
    ['an adapter without B', () => delta('lora', without(b, lora())), `"${a}" has no lora_B`],
    [
      'a prefix of another shape',
      () => delta('prefix', new Map([['prompt_embeddings', tensor([3, 63], (i) => i)]])),
      '[3, 63], the base needs [3, 64]',
    ],
    [
      'a prefix under another name',
      () => delta('prefix', new Map([['embeddings', tensor([3, 64], (i) => i)]])),
      '"prompt_embeddings" is missing',
    ],
    [
      'an adapter without A',
      () => delta('lora', without(a, lora())),
      `"${b}" belongs to no linear layer`,
    ],
    [
      'an adapter with a foreign prefix',
      () => delta('lora', new Map([...lora()].map(([key, value]) => [`x.${key}`, value]))),
      'belongs to no linear layer',
    ],
    [
      'an adapter of another width',
      () =>
        delta(
          'lora',
          lora().set(
            a,
            tensor([2, 8], () => 0),
          ),
        ),
      `"${a}" has shape [2, 8]`,
    ],
    [
      'ranks that differ',
      () =>
        delta(
          'lora',
          lora().set(
            b,
            tensor([32, 3], () => 0),
          ),
        ),
      `"${b}" has shape [32, 3]`,
    ],
    [
      'content that changed',
      () => ({ ...delta('lora', lora()), digest: 'x' }),
      'content has changed',
    ],
  ])('is refused: %s', async (_, make, message) => {
    const change = make();
    const loading = loadWeights({ path: base, deltas: [change] });
    await expect(loading).rejects.toThrow(message);
    await expect(loading).rejects.toThrow(change.path);
  });
});
