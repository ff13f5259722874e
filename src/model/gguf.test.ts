import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type GgufTensorClaim, tinyGgufTensors, tinyMetadata, writeGguf } from './gguf.fixture.ts';
import { readGguf } from './gguf.ts';
import { loadWeights } from './load-weights.ts';
import { openModel } from './open-model.ts';
import { tinyConfig, tinyModel, tinyWeights } from './tiny-model.fixture.ts';
import { writeHfDirectory } from './write-hf-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'gguf-'));
let files = 0;

function save(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.gguf`);
  writeFileSync(path, bytes);
  return path;
}

/** A file with one tensor `w` as claimed, over 64 bytes of data. */
function claim(tensor: Partial<GgufTensorClaim>, more: GgufTensorClaim[] = []): string {
  const whole = { name: 'w', dims: [16], type: 0, offset: 0, ...tensor };
  return save(writeGguf({}, [whole, ...more], new Uint8Array(64)));
}

describe('a GGUF model', () => {
  const { tensors, data } = tinyGgufTensors();
  const path = save(writeGguf(tinyMetadata(), tensors, data));

  it('has the weights and the tokenizer of the Hugging Face model it was converted from', async () => {
    const card = await openModel(path);
    const directory = join(folder, 'hf');
    writeHfDirectory(directory, tinyModel());
    const original = await openModel(directory);
    expect(card.config).toEqual(tinyConfig);
    expect(card.tokenizer.digest).toBe(original.tokenizer.digest);
    expect(card.lineage).toEqual(original.lineage);
    const text = '<|im_start|>user\nhello like owl<|im_end|>\n';
    expect(card.tokenizer.encode(text)).toEqual(original.tokenizer.encode(text));
    const { weights } = await loadWeights({ path, deltas: [] });
    expect(weights).toEqual(tinyWeights());
  });

  it('names its parent', async () => {
    const metadata = {
      ...tinyMetadata(),
      'general.base_model.0.name': { type: 'string', value: 'Base' },
    } as const;
    const card = await openModel(save(writeGguf(metadata, tensors, data)));
    expect(card.lineage.parent).toBe('Base');
  });

  it.each([
    [
      'general.architecture',
      { type: 'string', value: 'mamba' },
      /architecture "mamba"; supported: llama/,
    ],
    [
      'tokenizer.ggml.pre',
      { type: 'string', value: 'viking' },
      /pre-tokenizer "viking"; supported: .*smollm/,
    ],
    ['tokenizer.ggml.model', { type: 'string', value: 'bert' }, /tokenizer of kind "bert"/],
    ['tokenizer.ggml.token_type', { type: 'i32s', value: [1] }, /10 tokens but 1 entries/],
    ['tokenizer.ggml.tokens', { type: 'strings', value: ['a', 'a'] }, /2 tokens but 10/],
    ['tokenizer.ggml.eos_token_id', { type: 'u32', value: 99 }, /no token 99/],
    ['llama.embedding_length', { type: 'u32', value: 64 }, /"model.embed_tokens.weight" has shape/],
    [
      'llama.block_count',
      { type: 'u32', value: 3 },
      /"model.layers.2.input_layernorm.weight" is missing/,
    ],
    [
      'llama.block_count',
      { type: 'u32', value: 1 },
      /"model.layers.1.+ has no place in a llama model/,
    ],
    [
      'llama.block_count',
      { type: 'string', value: 'two' },
      /"llama.block_count" is of the wrong kind/,
    ],
    ['llama.block_count', { type: 'u32', value: 2 ** 31 }, /layers/],
    [
      'llama.attention.sliding_window',
      { type: 'u32', value: 16 },
      /a sliding window of 16 tokens, which is not supported/,
    ],
    [
      'llama.attention.value_length',
      { type: 'u32', value: 4 },
      /values of 4 dimensions per head beside keys of 8/,
    ],
    [
      'tokenizer.huggingface.json',
      { type: 'string', value: '{"model": {}}' },
      /tokenizer.huggingface.json|is not valid/,
    ],
    [
      'llama.rope.scaling.type',
      { type: 'string', value: 'yarn' },
      /scales its rotary frequencies \(yarn\)/,
    ],
  ] as const)('is refused when %s is %o', async (key, value, message) => {
    const metadata = { ...tinyMetadata(), [key]: value };
    await expect(openModel(save(writeGguf(metadata, tensors, data)))).rejects.toThrow(message);
  });

  it('is refused when cut anywhere', async () => {
    const whole = writeGguf(tinyMetadata(), tensors, data);
    for (let length = 0; length < whole.length; length += 997) {
      await expect(readGguf(save(whole.subarray(0, length)))).rejects.toMatchObject({
        exitCode: 2,
      });
    }
  });
});

/** A file of four kilobytes with one array of a million items, which it does not hold. */
function lyingArray(itemType: number): string {
  const bytes = writeGguf({ a: { type: 'i32s', value: [] } }, [], new Uint8Array(4096));
  const view = new DataView(bytes.buffer);
  // magic, version, two counts, key length, key: the value's type is at 33, its item type at 37.
  view.setUint32(37, itemType, true);
  view.setBigUint64(41, 1_000_000n, true);
  return save(bytes);
}

describe('a lying GGUF header', () => {
  it.each([0, 8, 9])('costs no more than the file is long (items of type %i)', async (itemType) => {
    const path = lyingArray(itemType);
    const start = performance.now();
    await expect(readGguf(path)).rejects.toThrow(/claims more than the file holds/);
    // Reading what the header claims took the parser alone several seconds.
    expect(performance.now() - start).toBeLessThan(1000);
  });

  it.each([
    [
      'a tensor larger than the file',
      () => claim({ dims: [17] }),
      /lies: tensor "w" \(F32 \[17\]\)/,
    ],
    ['an absurd size', () => claim({ dims: [2 ** 31, 2 ** 31, 2 ** 31] }), /lies: tensor "w"/],
    ['a dimension beyond the parser', () => claim({ dims: [2 ** 40] }), /exceeds the maximum/],
    ['an offset past the end', () => claim({ offset: 2 ** 40 }), /lies: tensor "w"/],
    [
      'a quantised tensor larger than the file',
      () => claim({ type: 8, dims: [64] }),
      /lies: tensor "w" \(Q8_0/,
    ],
    ['part of a block', () => claim({ type: 8, dims: [16] }), /whole Q8_0 blocks of 32/],
    ['no elements', () => claim({ dims: [0] }), /whole F32 blocks/],
    ['no dimensions', () => claim({ dims: [] }), /tensor entry is bad/],
    ['an unsupported type', () => claim({ type: 10 }), /"w" .* has type Q2_K; supported: F32/],
    ['an unknown type', () => claim({ type: 999 }), /has type 999/],
    [
      'overlapping tensors',
      () => claim({}, [{ name: 'v', dims: [4], type: 0, offset: 32 }]),
      /"v" overlaps/,
    ],
    [
      'the same name twice',
      () => claim({ dims: [8] }, [{ name: 'w', dims: [8], type: 0, offset: 32 }]),
      /"w" is listed twice/,
    ],
    [
      'an odd alignment',
      () =>
        save(
          writeGguf({ 'general.alignment': { type: 'u32', value: 33 } }, [], new Uint8Array(64)),
        ),
      /alignment/,
    ],
    [
      'another format',
      () => save(new TextEncoder().encode('PK\u0003\u0004 zip')),
      /does not start with "GGUF"/,
    ],
  ])('is refused for %s', async (_, make, message) => {
    const path = make();
    await expect(readGguf(path)).rejects.toThrow(message);
    await expect(readGguf(path)).rejects.toThrow(path);
    await expect(readGguf(path)).rejects.toMatchObject({ exitCode: 2 });
  });
});
