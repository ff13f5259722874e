import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { compareTokenizers, modelRef } from './model-ref.ts';
import { openModel } from './open-model.ts';
import {
  tinyConfig,
  tinyModel,
  tinyTokenizer,
  tinyWeights,
  tinyWords,
} from './tiny-model.fixture.ts';
import type { WritableModel } from './writable-model.ts';
import { writeHfDirectory } from './write-hf-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'models-'));
let models = 0;

function save(overrides: Partial<WritableModel> = {}): string {
  const path = join(folder, `model-${models++}`);
  writeHfDirectory(path, tinyModel(overrides));
  return path;
}

function edit(path: string, file: string, changes: Record<string, unknown>): string {
  const full = join(path, file);
  const content: unknown = JSON.parse(readFileSync(full, 'utf8'));
  writeFileSync(full, JSON.stringify(Object.assign({}, content, changes)));
  return path;
}

describe('openModel', () => {
  it('opens what writeHfDirectory wrote', async () => {
    const card = await openModel(save({ lineage: { parent: 'p' } }));
    expect(card.config).toEqual(tinyConfig);
    expect(card.tokenizer.endIds).toEqual([2]);
    expect(card.lineage.parent).toBe('p');
  });

  // Step keys hold these digests: a change would make every stored step of their studies unknown.
  it.each([
    ['pocket-a', 'ad885ae84225182d72e8e35b85b25715423490ff873500a61660518b1662ebd2'],
    ['pocket-b', '5fcfbbd765e89bf74f8627b8837ac0be198ca1b0b684162338e2067cc3c8915a'],
  ])('gives %s the digest it always had', async (name, digest) => {
    expect((await openModel(join('models', name))).digest).toBe(digest);
  });

  it('digests content, not place', async () => {
    const digest = async (overrides: Partial<WritableModel> = {}): Promise<string> =>
      (await openModel(save(overrides))).digest;
    const first = await digest();
    expect(await digest()).toBe(first);
    expect(await digest({ weights: tinyWeights(tinyConfig, 1) })).not.toBe(first);
    expect(await digest({ chatTemplate: 'x' })).not.toBe(first);
    expect(await digest({ config: { ...tinyConfig, ropeTheta: 5e5 } })).not.toBe(first);
  });

  it('takes the end tokens of generation_config.json and an inline chat template', async () => {
    const path = edit(save(), 'generation_config.json', { eos_token_id: [2, 1] });
    edit(path, 'tokenizer_config.json', { chat_template: 'inline' });
    const card = await openModel(path);
    expect(card.tokenizer.endIds).toEqual([1, 2]);
    writeFileSync(join(path, 'chat_template.jinja'), 'file');
    const render = async () =>
      (await openModel(path)).chatTemplate.render([], { addGenerationPrompt: false });
    expect(await render()).toBe('file');
  });

  it('names a path that does not exist', async () => {
    await expect(openModel(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'model-missing',
      exitCode: 2,
      message: `there is no model at ${join(folder, 'nowhere')}`,
    });
  });

  it.each([
    [{ model_type: 'gpt2' }, /model_type "gpt2"; supported: llama/],
    [{ model_type: 'mixtral' }, /"mixtral"; supported: llama .+ qwen2 .+ qwen3/],
    [{ rope_scaling: { rope_type: 'llama3' } }, /RoPE scaling "llama3" without all of its numbers/],
    [
      { rope_scaling: { type: 'yarn', factor: 4 } },
      /RoPE scaling "yarn" \(supported: linear, llama3/,
    ],
    [{ rope_scaling: { type: 'linear', factor: 0 } }, /ropeScaling/],
    [{ use_sliding_window: true }, /use_sliding_window/],
    [{ layer_types: ['full_attention', 'sliding_attention'] }, /layer type "sliding_attention"/],
    [{ partial_rotary_factor: 0.5 }, /partial_rotary_factor 0.5/],
    [{ model_type: 'qwen2' }, /"model.layers.0.self_attn.q_proj.bias" is missing/],
    [{ model_type: 'qwen3' }, /"model.layers.0.self_attn.q_norm.weight" is missing/],
    [{ attention_bias: true }, /attention_bias/],
    [{ num_hidden_layers: 3 }, /"model.layers.2.input_layernorm.weight" is missing/],
    [{ num_key_value_heads: 3 }, /heads/],
    [{ hidden_size: 'wide' }, /hidden_size/],
    [{ hidden_size: 2 ** 40 }, /hiddenSize/],
    [{ tie_word_embeddings: false }, /"lm_head.weight" is missing/],
  ])('refuses a config with %o', async (changes, message) => {
    await expect(openModel(edit(save(), 'config.json', changes))).rejects.toThrow(message);
  });

  it('refuses a tokenizer with more ids than the embedding has rows', async () => {
    const words = [...tinyWords, ...Array.from({ length: 7 }, (_, i) => `word${i}`)];
    const path = save({ tokenizerJson: tinyTokenizer(words) });
    await expect(openModel(path)).rejects.toThrow(/ids up to 16, the embedding has 16 rows/);
  });

  it('says what is missing in a directory', async () => {
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    await expect(openModel(empty)).rejects.toThrow(/has no config.json/);
    writeFileSync(join(empty, 'adapter_config.json'), '{}');
    await expect(openModel(empty)).rejects.toThrow(/PEFT adapter, not a model/);
  });
});

describe('writeHfDirectory', () => {
  it('writes what transformers needs and leaves nothing else', () => {
    const path = save({ dtype: 'BF16' });
    expect(readdirSync(path).sort()).toEqual([
      'chat_template.jinja',
      'config.json',
      'generation_config.json',
      'model.safetensors',
      'tokenizer.json',
      'tokenizer_config.json',
    ]);
    const config: unknown = JSON.parse(readFileSync(join(path, 'config.json'), 'utf8'));
    expect(config).toMatchObject({
      architectures: ['LlamaForCausalLM'],
      dtype: 'bfloat16',
      tie_word_embeddings: true,
      eos_token_id: 2,
      pad_token_id: 2,
    });
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('does not overwrite unless told to', () => {
    const path = save();
    expect(() => writeHfDirectory(path, tinyModel())).toThrow(/exists already/);
    writeHfDirectory(path, tinyModel({ chatTemplate: 'new' }), { replace: true });
    expect(readFileSync(join(path, 'chat_template.jinja'), 'utf8')).toBe('new');
  });

  it('keeps an untied head', async () => {
    const config = { ...tinyConfig, tiedEmbeddings: false };
    const card = await openModel(save({ config, weights: tinyWeights(config) }));
    expect(card.config.tiedEmbeddings).toBe(false);
  });
});

describe('model references', () => {
  it('depend on base and deltas in order, not on where deltas lie', async () => {
    const card = await openModel(save());
    const delta = { kind: 'lora', path: '/a', digest: 'x', scale: 2 } as const;
    const other = { ...delta, digest: 'y' };
    expect(modelRef(card, [delta]).digest).toBe(modelRef(card, [{ ...delta, path: '/b' }]).digest);
    const digests = [
      [],
      [delta],
      [other],
      [delta, other],
      [other, delta],
      [{ ...delta, scale: 1 }],
    ];
    expect(new Set(digests.map((deltas) => modelRef(card, deltas).digest)).size).toBe(6);
  });

  it('tell why distributions cannot be passed on', async () => {
    const card = await openModel(save());
    const wide = { ...tinyConfig, vocabSize: 20 };
    const padded = await openModel(save({ config: wide, weights: tinyWeights(wide) }));
    const words = tinyWords.map((word) => (word === 'hello' ? 'bye' : word));
    const different = await openModel(save({ tokenizerJson: tinyTokenizer(words) }));
    expect(compareTokenizers(card, card)).toEqual({ same: true });
    expect(compareTokenizers(card, padded)).toMatchObject({
      same: false,
      reason: expect.stringMatching(/16 logits.+20/),
    });
    expect(compareTokenizers(card, different)).toMatchObject({
      reason: expect.stringMatching(/different tokenizers/),
    });
  });
});
