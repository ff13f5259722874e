import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { AppError } from '../base/errors.ts';
import { sampleModel } from './decode/sample-model.ts';
import { initWeights } from './init-weights.ts';
import { input } from './graph/value.ts';
import { exp } from './graph/elementwise-ops.ts';
import { layOut } from './packing.ts';
import { createSessionCache } from './session-cache.ts';
import { createSession, type TensorData } from './session.ts';
import type { Provider } from './provider.ts';
import { trainingGraph } from './train/training-graph.ts';
import type { DecoderConfig } from './types.ts';

// A software Vulkan for machines without a graphics card: Debian's chromium package ships one.
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const isPromised = process.env['VK_ICD_FILENAMES'] !== undefined;
if (!isPromised && existsSync(SWIFTSHADER)) process.env['VK_ICD_FILENAMES'] = SWIFTSHADER;

// A software Vulkan compiles every kernel first, which a busy machine may draw out.
const COMPILING_MS = 600_000;

const CONFIG: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 37,
  hiddenSize: 24,
  intermediateSize: 40,
  layers: 1,
  heads: 6,
  kvHeads: 2,
  headDim: 8,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const weights = initWeights(CONFIG, 'provider');
for (const { shape, data } of weights.values()) {
  if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = data[i]! * 12;
}
const EXAMPLES = [
  { promptIds: [1, 2, 3], completionIds: [4, 5] },
  { promptIds: [7], completionIds: [9, 11, 12] },
];

const refusal = await refusalOf('webgpu');
const hasWebGpu = isPromised || refusal === undefined;
const because = hasWebGpu ? '' : ' (skipped: no Vulkan device)';

describe.skipIf(!hasWebGpu)(`webgpu${because}`, () => {
  it('starts', () => expect(refusal).toBeUndefined());

  it(
    'gives the loss and all gradients of the CPU',
    async () => {
      const expected = await lossAndGradients('cpu');
      const actual = await lossAndGradients('webgpu');
      expect([...actual.keys()]).toEqual([...expected.keys()]);
      for (const [name, reference] of expected) {
        const largest = reference.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
        const error = actual
          .get(name)!
          .reduce((most, x, i) => Math.max(most, Math.abs(x - reference[i]!)), 0);
        expect(error / largest, name).toBeLessThan(1e-4);
      }
    },
    COMPILING_MS,
  );

  it(
    'samples what the CPU samples',
    async () => {
      expect(await greedy('webgpu')).toEqual(await greedy('cpu'));
    },
    COMPILING_MS,
  );
});

const cudaRefusal = await refusalOf('cuda');

describe.skipIf(cudaRefusal === undefined)('cuda where it is absent', () => {
  it('is a user error with a way out', () => {
    expect(cudaRefusal).toMatchObject({ code: 'provider-absent', exitCode: 2 });
    expect(cudaRefusal?.message).toMatch(/execution provider cuda/);
    expect(cudaRefusal?.hint).toMatch(/backend\.provider to cpu/);
  });
});

async function refusalOf(provider: Provider): Promise<AppError | undefined> {
  try {
    const graph = new Map([['y', exp(input('x', [8]))]]);
    await (await createSession(graph, { threads: 1, provider })).close();
    return undefined;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
}

async function lossAndGradients(provider: Provider): Promise<Map<string, Float32Array>> {
  const bucket = { rows: 1, time: 16, scored: 8 };
  const graph = trainingGraph({
    config: CONFIG,
    capacity: { kind: 'full' },
    bucket,
    loss: { kind: 'sft' },
  });
  const session = await createSession(graph, { threads: 1, provider });
  const packed = layOut(EXAMPLES, [[0, 1]], bucket);
  const { ids, positions, mask, scoredAt, targets } = packed;
  const feeds = new Map<string, TensorData>([...weights].map(([name, { data }]) => [name, data]));
  const scored = { weights: new Float32Array(bucket.scored).fill(0.2, 0, packed.origin.length) };
  for (const [name, data] of Object.entries({
    ids,
    positions,
    mask,
    scoredAt,
    targets,
    ...scored,
  })) {
    feeds.set(name, data);
  }
  const outputs = await session.run(feeds);
  const copies = new Map(
    [...outputs].map(([name, data]) => [name, Float32Array.from(data, Number)]),
  );
  await session.close();
  return copies;
}

async function greedy(provider: Provider): ReturnType<typeof sampleModel> {
  const cache = createSessionCache({ threads: 1, provider });
  const completions = await sampleModel(cache, {
    config: CONFIG,
    weights,
    items: EXAMPLES.map(({ promptIds }, i) => ({ promptIds, seed: `${i}` })),
    maxTokens: 6,
    temperature: 0,
    endIds: [3],
    batch: 2,
  });
  await cache.close();
  return completions;
}
