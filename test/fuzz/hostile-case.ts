import fc from 'fast-check';
import { anyText } from './any-text.ts';
import type { Json, JsonObject } from '../../src/base/json.ts';
import { type GgufTensorClaim, type GgufValue, writeGguf } from '../../src/model/gguf.fixture.ts';
import { damagedBytes } from './mutate-bytes.ts';
import { lyingJson } from './mutate-json.ts';
import { hostileTemplate } from './hostile-template.ts';
import {
  seedAdapter,
  seedAdapterConfig,
  seedConfig,
  seedGguf,
  seedGgufAdapter,
  seedIndex,
  seedShards,
  seedTokenizerConfig,
  seedTokenizers,
  seedWeights,
} from './seed-model.ts';
import { endlessPatterns, tokenizerLies } from './tokenizer-lies.ts';

/** What is attacked. */
export const FORMATS = [
  'safetensors',
  'gguf',
  'tokenizer.json',
  'config.json',
  'tokenizer_config.json',
  'chat_template.jinja',
  'adapter',
  'sharded index',
] as const;
export type Format = (typeof FORMATS)[number];

/** Hostile files by name, to be written over those of a valid model. */
export interface HostileCase {
  readonly format: Format;
  readonly files: ReadonlyMap<string, Uint8Array>;
}

/** Cases that are drawn together: to draw one again, draw its batch. */
export const BATCH = 50;

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** JSON files: lies about the structure, then sometimes damage to the bytes. */
function jsonFile(seed: JsonObject, lies?: readonly string[]): fc.Arbitrary<Uint8Array> {
  const lying = lyingJson(seed, lies).map(bytesOf);
  return fc.oneof(
    { weight: 10, arbitrary: lying },
    { weight: 1, arbitrary: lying.chain(damagedBytes) },
    { weight: 1, arbitrary: damagedBytes(bytesOf(JSON.stringify(seed))) },
  );
}

/** A safetensors file whose header lies about the tensors behind it. */
function safetensorsFile(seed: Uint8Array): fc.Arbitrary<Uint8Array> {
  const headerBytes = Number(new DataView(seed.buffer, seed.byteOffset).getBigUint64(0, true));
  const header: JsonObject = JSON.parse(
    new TextDecoder().decode(seed.subarray(8, 8 + headerBytes)),
  );
  const data = seed.subarray(8 + headerBytes);
  const lies = [
    '"F32"',
    '"F64"',
    '"F4"',
    '"I8"',
    '"f32"',
    '[0, 0]',
    '[0, 4]',
    '[4, 0]',
    '[1e300, 1e300]',
  ];
  const lying = fc
    .tuple(lyingJson(header, lies), fc.constantFrom(0, 0, 0, 0, 1, -1, 8, 2 ** 31, 2 ** 53))
    .map(([text, extra]) => {
      const encoded = bytesOf(text);
      const length = new Uint8Array(
        BigUint64Array.of(BigInt(Math.max(0, encoded.length + extra))).buffer,
      );
      return new Uint8Array(Buffer.concat([length, encoded, data]));
    });
  return fc.oneof(
    { weight: 2, arbitrary: lying },
    { weight: 1, arbitrary: damagedBytes(seed) },
    { weight: 1, arbitrary: lying.chain(damagedBytes) },
  );
}

const ggufNumbers = [0, 1, 2, 3, 5, 7, 64, 255, 65_535, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const ggufValue = (slow: boolean): fc.Arbitrary<GgufValue> =>
  fc.oneof(
    fc.constantFrom(...ggufNumbers).map((value): GgufValue => ({ type: 'u32', value })),
    fc
      .constantFrom(0, -1, 0.5, 1e-30, 1e38, Number.NaN, Number.POSITIVE_INFINITY)
      .map((value): GgufValue => ({ type: 'f32', value })),
    fc
      .oneof(
        fc.constantFrom('llama', 'gpt2', 'smollm', 'qwen2', 'default', 'linear', '__proto__', ''),
        anyText,
        hostileTemplate(slow),
      )
      .map((value): GgufValue => ({ type: 'string', value })),
    fc
      .array(fc.constantFrom('<unk>', '<|im_end|>', 'a', 'a b', 'Ġowl', '', '__proto__', '\ud800'))
      .map((value): GgufValue => ({ type: 'strings', value })),
    fc.array(fc.constantFrom(...ggufNumbers)).map((value): GgufValue => ({ type: 'i32s', value })),
  );

/** What a GGUF file is made of. */
interface GgufSeed {
  readonly metadata: Readonly<Record<string, GgufValue>>;
  readonly tensors: readonly GgufTensorClaim[];
  readonly data: Uint8Array;
}

/** A GGUF file with lies in its metadata and tensor list, or with damage to its bytes. */
function ggufFile(seed: GgufSeed, slow: boolean): fc.Arbitrary<Uint8Array> {
  const keys = [
    ...Object.keys(seed.metadata),
    'general.alignment',
    '__proto__',
    'llama.rope.scaling.type',
    'llama.rope.scaling.factor',
    'tokenizer.huggingface.json',
    'llama.attention.key_length',
    'llama.rope.dimension_count',
    'tokenizer.ggml.bos_token_id',
    'general.base_model.0.name',
  ];
  const size = fc.constantFrom(0, 1, 2, 8, 31, 32, 33, 2 ** 31, 2 ** 32, 2 ** 53 - 1);
  const claim = fc.record(
    {
      name: fc.constantFrom(
        'token_embd.weight',
        'rope_freqs.weight',
        'blk.00.attn_q.weight',
        'output.weight',
        'blk.0.attn_q.weight',
        '',
        '__proto__',
      ),
      dims: fc.array(size, { maxLength: 6 }),
      type: fc.oneof(fc.nat(40), fc.constantFrom(0, 1, 8, 2 ** 31)),
      offset: fc.oneof(size, fc.nat(5_000)),
    },
    { requiredKeys: [] },
  );
  const lying = fc
    .tuple(
      fc.array(fc.tuple(fc.constantFrom(...keys), ggufValue(slow)), { maxLength: 3 }),
      fc.array(fc.constantFrom(...keys), { maxLength: 1 }),
      fc.array(fc.tuple(fc.nat(40), claim), { maxLength: 2 }),
      fc.nat(20),
    )
    .map(([lies, removed, claims, cut]) => {
      const metadata = Object.fromEntries(
        [...Object.entries(seed.metadata), ...lies].filter(([key]) => !removed.includes(key)),
      );
      const tensors = seed.tensors.map((tensor, at) =>
        Object.assign(
          {},
          tensor,
          ...claims.filter(([n]) => n === at).map(([, claimed]) => claimed),
        ),
      );
      const { data } = seedGguf;
      return writeGguf(metadata, tensors, cut === 13 ? data.subarray(0, 100) : data);
    });
  // Damage in the header: most of the file is weights, in which every bit is fine.
  const whole = writeGguf(seed.metadata, seed.tensors, seed.data);
  const header = whole.length - seed.data.length;
  const damaged = damagedBytes(whole.subarray(0, header)).map(
    (bytes) => new Uint8Array(Buffer.concat([bytes, seed.data])),
  );
  return fc.oneof(lying, damaged, damagedBytes(whole.subarray(0, header + 4_096)));
}

function tokenizerFile(slow: boolean): fc.Arbitrary<Uint8Array> {
  const seed = fc.constantFrom(...seedTokenizers);
  const texts = Object.values(tokenizerLies).flatMap((lies) =>
    lies.map((lie) => JSON.stringify(lie)),
  );
  const anywhere = seed.chain((tokenizer) => jsonFile(tokenizer, texts));
  const lie = fc.oneof(
    ...Object.entries(tokenizerLies).map(([key, lies]) =>
      fc.constantFrom(...lies).map((value): [string, Json] => [key, value]),
    ),
  );
  const inPlace = fc
    .tuple(seed, fc.array(lie, { minLength: 1, maxLength: 2 }))
    .map(([tokenizer, lies]) =>
      bytesOf(JSON.stringify({ ...tokenizer, ...Object.fromEntries(lies) })),
    );
  const quick = fc.oneof(anywhere, inPlace);
  if (!slow) return quick;
  const endless = fc
    .constantFrom(...endlessPatterns)
    .map((pre_tokenizer: Json) => bytesOf(JSON.stringify({ ...seedTokenizers[0], pre_tokenizer })));
  return fc.oneof({ weight: 400, arbitrary: quick }, { weight: 1, arbitrary: endless });
}

function shardedFiles(): fc.Arbitrary<ReadonlyMap<string, Uint8Array>> {
  const [[first, shard] = ['', seedWeights]] = [...seedShards];
  return fc.oneof(
    jsonFile(seedIndex, [
      '"model-00001-of-00002.safetensors"',
      '"model.safetensors"',
      '"a/../../b.safetensors"',
    ]).map((index) => new Map([...seedShards, ['model.safetensors.index.json', index]])),
    safetensorsFile(shard).map(
      (bytes) =>
        new Map([
          ...seedShards,
          [first, bytes],
          ['model.safetensors.index.json', bytesOf(JSON.stringify(seedIndex))],
        ]),
    ),
  );
}

const CONFIG_LIES = [
  '"qwen2"',
  '"qwen3"',
  '"mistral"',
  '["model_type"]',
  '{"rope_type": "llama3", "factor": 8, "low_freq_factor": 1, "high_freq_factor": 4, "original_max_position_embeddings": 8192}',
  '{"rope_type": "llama3", "factor": 0, "low_freq_factor": 4, "high_freq_factor": 4, "original_max_position_embeddings": -1}',
  '{"rope_type": "linear", "factor": 1e-300}',
  '{"rope_type": "yarn", "factor": 2}',
  '{"rope_type": "linear"}',
];

/** A PEFT adapter that lies in its config or weights, or a GGUF adapter. */
function adapterFile(): fc.Arbitrary<ReadonlyMap<string, Uint8Array>> {
  const named = (name: string, bytes: fc.Arbitrary<Uint8Array>) =>
    bytes.map((content) => new Map([[name, content]]));
  return fc.oneof(
    { weight: 2, arbitrary: named('adapter_model.safetensors', safetensorsFile(seedAdapter)) },
    { weight: 2, arbitrary: named('adapter_config.json', jsonFile(seedAdapterConfig)) },
    { weight: 1, arbitrary: named('adapter.gguf', ggufFile(seedGgufAdapter, false)) },
  );
}

/** Any case; `slow` admits those that only a budget or time limit stops. */
export function hostileCase(slow: boolean): fc.Arbitrary<HostileCase> {
  const one = (format: Format, name: string, bytes: fc.Arbitrary<Uint8Array>) =>
    bytes.map((content): HostileCase => ({ format, files: new Map([[name, content]]) }));
  const template = hostileTemplate(slow);
  const tokenizerConfig = fc.oneof(
    jsonFile(seedTokenizerConfig),
    template.map((chat_template) =>
      bytesOf(JSON.stringify({ ...seedTokenizerConfig, chat_template })),
    ),
  );
  return fc.oneof(
    { weight: 5, arbitrary: one('safetensors', 'model.safetensors', safetensorsFile(seedWeights)) },
    { weight: 4, arbitrary: one('gguf', 'model.gguf', ggufFile(seedGguf, slow)) },
    { weight: 5, arbitrary: one('tokenizer.json', 'tokenizer.json', tokenizerFile(slow)) },
    {
      weight: 4,
      arbitrary: fc
        .constantFrom('config.json', 'generation_config.json')
        .chain((name) =>
          one(
            'config.json',
            name,
            name === 'config.json'
              ? jsonFile(seedConfig, CONFIG_LIES)
              : jsonFile({ eos_token_id: [2] }),
          ),
        ),
    },
    {
      weight: 2,
      arbitrary: one('tokenizer_config.json', 'tokenizer_config.json', tokenizerConfig),
    },
    {
      weight: 2,
      arbitrary: one(
        'chat_template.jinja',
        'chat_template.jinja',
        fc.oneof(
          { weight: 5, arbitrary: template.map(bytesOf) },
          { weight: 1, arbitrary: template.map(bytesOf).chain(damagedBytes) },
        ),
      ),
    },
    {
      weight: 3,
      arbitrary: adapterFile().map((files): HostileCase => ({ format: 'adapter', files })),
    },
    {
      weight: 2,
      arbitrary: shardedFiles().map((files): HostileCase => ({ format: 'sharded index', files })),
    },
  );
}

/** The cases of one batch, the same for the same seed. */
export function drawBatch(seed: number, batch: number, slow = true): HostileCase[] {
  // One stream of draws per batch, so that any batch can be drawn alone.
  return fc.sample(hostileCase(slow), { seed: (seed * 1_000_003 + batch) | 0, numRuns: BATCH });
}
