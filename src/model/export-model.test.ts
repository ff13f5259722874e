import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { sha256 } from '../base/digest.ts';
import { loraShapes, prefixShapes } from '../engine/decoder/adapters.ts';
import { weightShapes } from '../engine/decoder/parameters.ts';
import { exportAdapter, exportModel, exportPrefix, type ExportSource } from './export-model.ts';
import { expectedTensors } from './expected-tensors.ts';
import { formulaWeights, uniform } from './formula-weights.fixture.ts';
import { loadWeights } from './load-weights.ts';
import { type LoraAdapter, loraScale } from './lora-adapter.ts';
import { openAdapter } from './open-adapter.ts';
import { openModel } from './open-model.ts';
import { toPromptEmbeddings } from './prefix-delta.ts';
import { writeSafetensors } from './safetensors.ts';
import { tensorDigest } from './tensor-digest.ts';
import { tinyConfig, tinyModel } from './tiny-model.fixture.ts';
import type { ModelConfig, ModelDelta, Tensor } from './types.ts';
import { writeHfDirectory } from './write-hf-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'export-'));
let made = 0;
const fresh = (suffix = ''): string => join(folder, `${made++}${suffix}`);

const llama3 = {
  type: 'llama3',
  factor: 8,
  lowFreqFactor: 1,
  highFreqFactor: 4,
  originalMaxPositions: 8192,
} as const;
const odd = { hiddenSize: 21, intermediateSize: 35, heads: 3, kvHeads: 1, headDim: 10 };
const oddQwen2 = { ...odd, hiddenSize: 30 };
const configs: readonly (readonly [string, ModelConfig])[] = [
  ['llama, tied', tinyConfig],
  ['llama, untied, odd sizes', { ...tinyConfig, ...odd, tiedEmbeddings: false }],
  ['llama, scaled as Llama 3', { ...tinyConfig, ropeTheta: 5e5, ropeScaling: llama3 }],
  ['llama, scaled linearly', { ...tinyConfig, ropeScaling: { type: 'linear', factor: 2.5 } }],
  ['qwen2, tied', { ...tinyConfig, architecture: 'qwen2' }],
  ['qwen2, untied', { ...tinyConfig, ...oddQwen2, architecture: 'qwen2', tiedEmbeddings: false }],
  ['qwen3, tied', { ...tinyConfig, ...odd, architecture: 'qwen3' }],
  ['qwen3, untied', { ...tinyConfig, headDim: 16, architecture: 'qwen3', tiedEmbeddings: false }],
];

async function tinySource(config: ModelConfig): Promise<ExportSource> {
  const path = fresh();
  const weights = formulaWeights(expectedTensors(config));
  // Both end a turn: exports have to name the two.
  writeHfDirectory(path, tinyModel({ config, weights, endIds: [1, 2] }));
  return { card: await openModel(path), deltas: [], adapter: undefined, adapterPath: undefined };
}

/** Factors on every linear layer. */
function tinyAdapter(config: ModelConfig, rank = 3): LoraAdapter {
  const targets = ['q_proj', 'k_proj', 'v_proj', 'o_proj', 'gate_proj', 'up_proj', 'down_proj'];
  const shapes = loraShapes(weightShapes(config), { kind: 'lora', rank, alpha: 1, targets });
  const tensors = new Map<string, Tensor>();
  for (const [name, shape] of shapes) {
    const data = uniform(name, shape[0]! * shape[1]!);
    tensors.set(`base_model.model.${name}`, { shape, data });
  }
  return { tensors, rank, alpha: 5, useRslora: true };
}

const exact = { dtype: 'F32', replace: false } as const;

describe.each(configs)('a model of %s', (_, config) => {
  it.each(['hf', 'gguf'] as const)('comes back from %s bit for bit', async (format) => {
    const source = await tinySource(config);
    const out = fresh(format === 'gguf' ? '.gguf' : '');
    const { tensors, isExact } = await exportModel(source, format, { ...exact, out });
    expect(isExact).toBe(true);
    const card = await openModel(out);
    expect(card.config).toEqual(config);
    expect(card.tokenizer.digest).toBe(source.card.tokenizer.digest);
    expect(card.tokenizer.endIds).toEqual([1, 2]);
    expect(card.chatTemplate.digest).toBe(source.card.chatTemplate.digest);
    // Not what the writer remembers, but what a reader finds.
    expect(tensorDigest((await loadWeights({ path: out, deltas: [] })).weights)).toBe(tensors);
  });

  it.each(['peft', 'gguf-lora'] as const)('gives its adapter back from %s', async (format) => {
    const source = await tinySource(config);
    const adapter = tinyAdapter(config);
    const out = fresh(format === 'gguf-lora' ? '.gguf' : '');
    await exportAdapter({ ...source, adapter }, format, { ...exact, out });
    const back = await openAdapter(out, config);
    expect(tensorDigest(back.tensors)).toBe(tensorDigest(adapter.tensors));
    expect(loraScale(back)).toBeCloseTo(5 / Math.sqrt(3), 6);
  });
});

/** A prefix of three positions as training leaves it. */
function tinyPrefix(config: ModelConfig): ModelDelta {
  const prefix = new Map<string, Tensor>();
  for (const [name, shape] of prefixShapes(config, 3)) {
    prefix.set(name, { shape, data: uniform(name, shape[0]! * shape[1]! * shape[2]!) });
  }
  const path = fresh('.safetensors');
  const file = writeSafetensors(toPromptEmbeddings(prefix, config), { dtype: 'F32' });
  writeFileSync(path, file);
  return { kind: 'prefix', path, digest: sha256(file) };
}

describe('a prefix', () => {
  it('is written for PEFT and comes back bit for bit', async () => {
    const { card } = await tinySource(tinyConfig);
    const delta = tinyPrefix(tinyConfig);
    const out = fresh();
    expect(exportPrefix({ card, delta }, { ...exact, out }).isExact).toBe(true);
    const path = join(out, 'adapter_model.safetensors');
    const again = { ...delta, path, digest: sha256(readFileSync(path)) };
    const [before, after] = await Promise.all(
      [delta, again].map((one) => loadWeights({ path: card.path, deltas: [one] })),
    );
    expect(tensorDigest(after!.weights)).toBe(tensorDigest(before!.weights));
  });

  it('cannot be merged, and fits no other base', async () => {
    const source = await tinySource(tinyConfig);
    const delta = tinyPrefix(tinyConfig);
    const options = { ...exact, out: fresh() };
    await expect(exportModel({ ...source, deltas: [delta] }, 'hf', options)).rejects.toMatchObject({
      code: 'no-merging',
    });
    const { card } = await tinySource({ ...tinyConfig, headDim: 16 });
    expect(() => exportPrefix({ card, delta }, options)).toThrow(/prompt_embeddings/u);
    expect(existsSync(options.out)).toBe(false);
  });
});

describe('an export', () => {
  it('rounds when told to, and says so', async () => {
    const source = await tinySource(tinyConfig);
    for (const dtype of ['F16', 'BF16'] as const) {
      for (const format of ['hf', 'gguf'] as const) {
        const out = fresh(format === 'gguf' ? '.gguf' : '');
        const options = { dtype, replace: false, out };
        expect((await exportModel(source, format, options)).isExact).toBe(false);
        // Rounded once is rounded for good.
        const again = { ...source, card: await openModel(out) };
        const second = { ...options, out: fresh(format === 'gguf' ? '.gguf' : '') };
        expect((await exportModel(again, format, second)).isExact).toBe(true);
      }
    }
  });

  it('merges an adapter into the weights and names the base as parent', async () => {
    const source = await tinySource(tinyConfig);
    const adapter = tinyAdapter(tinyConfig);
    const out = fresh('.gguf');
    const merging = { ...source, adapter, adapterPath: 'here' };
    await exportModel(merging, 'gguf', { ...exact, out });
    expect((await openModel(out)).lineage.parent).toBe(source.card.digest);
    const name = 'model.layers.1.self_attn.q_proj';
    const before = (await loadWeights({ path: source.card.path, deltas: [] })).weights;
    const after = (await loadWeights({ path: out, deltas: [] })).weights;
    const a = adapter.tensors.get(`base_model.model.${name}.lora_A.weight`)!.data;
    const b = adapter.tensors.get(`base_model.model.${name}.lora_B.weight`)!.data;
    const width = tinyConfig.hiddenSize;
    for (const [row, column] of [
      [0, 0],
      [5, 31],
      [31, 7],
    ] as const) {
      const product = [0, 1, 2].reduce(
        (sum, r) => sum + b[row * 3 + r]! * a[r * width + column]!,
        0,
      );
      const at = row * width + column;
      const change =
        after.get(`${name}.weight`)!.data[at]! - before.get(`${name}.weight`)!.data[at]!;
      expect(change).toBeCloseTo((5 / Math.sqrt(3)) * product, 5);
    }
  });

  it('is sharded where it is large', async () => {
    const config = { ...tinyConfig, tiedEmbeddings: false };
    const weights = formulaWeights(expectedTensors(config));
    const path = fresh();
    writeHfDirectory(path, tinyModel({ config, weights }), { shardBytes: 20_000 });
    const shards = readdirSync(path).filter((name) => name.endsWith('.safetensors'));
    expect(shards).toHaveLength(5);
    expect(shards[0]).toBe('model-00001-of-00005.safetensors');
    expect(existsSync(join(path, 'model.safetensors'))).toBe(false);
    const back = await loadWeights({ path, deltas: [] });
    expect(tensorDigest(back.weights)).toBe(tensorDigest(weights));
  });

  it('overwrites only when told to', async () => {
    const source = await tinySource(tinyConfig);
    for (const format of ['hf', 'gguf'] as const) {
      const out = fresh(format === 'gguf' ? '.gguf' : '');
      await exportModel(source, format, { ...exact, out });
      const again = exportModel(source, format, { ...exact, out });
      await expect(again).rejects.toMatchObject({ code: 'output-exists', exitCode: 2 });
      await exportModel(source, format, { ...exact, out, replace: true });
    }
    expect(readdirSync(folder).filter((name) => name.includes('.tmp'))).toEqual([]);
  });

  it.each([
    [{ ropeScaling: llama3 }, /qwen2 model with llama3 RoPE scaling/],
    [{ headDim: 16 }, /4 heads of 16 dimensions in a hidden size of 32/],
  ])('to GGUF is refused where llama.cpp could not open it: %o', async (changes, message) => {
    const source = await tinySource({ ...tinyConfig, architecture: 'qwen2', ...changes });
    const options = { ...exact, out: fresh('.gguf') };
    await expect(exportModel(source, 'gguf', options)).rejects.toThrow(message);
  });

  it('keeps divisors of an unknown rule in GGUF, and is refused as a directory', async () => {
    const scaling = { ...llama3, originalMaxPositions: 64 };
    const source = await tinySource({ ...tinyConfig, ropeScaling: scaling });
    const out = fresh('.gguf');
    await exportModel(source, 'gguf', { ...exact, out });
    const card = await openModel(out);
    expect(card.config.ropeScaling).toMatchObject({ type: 'factors' });
    const again = fresh('.gguf');
    await exportModel({ ...source, card }, 'gguf', { ...exact, out: again });
    expect((await openModel(again)).config).toEqual(card.config);
    const directory = exportModel({ ...source, card }, 'hf', { ...exact, out: fresh() });
    await expect(directory).rejects.toMatchObject({ code: 'rope-unsupported' });
  });
});

describe('an adapter is refused', () => {
  it.each([
    [{ use_dora: true }, /use_dora/],
    [{ fan_in_fan_out: true }, /fan_in_fan_out/],
    [{ alpha_pattern: { q_proj: 4 } }, /alpha_pattern/],
    [{ peft_type: 'LOHA' }, /peft_type/],
    [{ r: 4 }, /of rank 3, adapter_config.json says 4/],
  ])('when its config says %o', async (changes, message) => {
    const { card } = await tinySource(tinyConfig);
    const out = fresh();
    await exportAdapter({ card, adapter: tinyAdapter(tinyConfig) }, 'peft', { ...exact, out });
    const path = join(out, 'adapter_config.json');
    const config: unknown = JSON.parse(readFileSync(path, 'utf8'));
    writeFileSync(path, JSON.stringify(Object.assign({}, config, changes)));
    await expect(openAdapter(out, tinyConfig)).rejects.toThrow(message);
  });

  it('when it was made for another architecture, or is not there', async () => {
    const { card } = await tinySource(tinyConfig);
    const out = fresh('.gguf');
    await exportAdapter({ card, adapter: tinyAdapter(tinyConfig) }, 'gguf-lora', { ...exact, out });
    const other = openAdapter(out, { ...tinyConfig, architecture: 'qwen3' });
    await expect(other).rejects.toThrow(/for llama, its base is qwen3/);
    await expect(openAdapter(fresh(), tinyConfig)).rejects.toThrow(/there is no adapter/);
  });
});
