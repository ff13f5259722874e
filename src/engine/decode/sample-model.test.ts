import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../../base/rng.ts';
import { initWeights } from '../init-weights.ts';
import { scoreTopK } from '../score-top-k.ts';
import { createSessionCache } from '../session-cache.ts';
import type { DecoderConfig, DenseTensor } from '../types.ts';
import { cacheNames } from './decode-graph.ts';
import { openDecodeSession } from './decode-session.ts';
import { createKvCache } from './kv-cache.ts';
import { sampleModel, type Completion, type SampleOptions } from './sample-model.ts';

const CONFIG: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 37,
  hiddenSize: 24,
  intermediateSize: 40,
  layers: 2,
  heads: 6,
  kvHeads: 2,
  headDim: 8,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const END = 3;
const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

function livelyWeights(config = CONFIG): Map<string, DenseTensor> {
  const made = initWeights(config, 'lively');
  for (const { shape, data } of made.values()) {
    if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = data[i]! * 12;
  }
  return made;
}
const weights = livelyWeights();
const rng = createRng('prompts');
const items = Array.from({ length: 45 }, (_, i) => ({
  promptIds: Array.from({ length: 1 + rng.int(14) }, () => rng.int(CONFIG.vocabSize)),
  seed: `seed ${i}`,
}));

const sample = (changes: Partial<SampleOptions> = {}): Promise<Completion[]> =>
  sampleModel(cache, {
    config: CONFIG,
    weights,
    items,
    maxTokens: 12,
    temperature: 1,
    endIds: [END],
    batch: 16,
    ...changes,
  });

describe('sampleModel', () => {
  it('gives an item the same tokens in every batch size, order and company', async () => {
    const all = await sample();
    expect(new Set(all.map(({ ids }) => ids.length)).size).toBeGreaterThan(4);
    for (const batch of [1, 2, 3, 7, 45, 64]) expect(await sample({ batch })).toEqual(all);
    expect(await sample({ items: items.toReversed() })).toEqual(all.toReversed());
    expect(await sample({ items: items.slice(8, 9) })).toEqual(all.slice(8, 9));
  });

  it('with equal prompts draws by seed, and equal draws for equal seeds', async () => {
    const { promptIds } = items[4]!;
    const seeds = ['a', 'b', 'c', 'd', 'a', 'b'];
    const drawn = await sample({ items: seeds.map((seed) => ({ promptIds, seed })), batch: 4 });
    expect(drawn.slice(4)).toEqual(drawn.slice(0, 2));
    expect(new Set(drawn.map(({ ids }) => ids.join())).size).toBe(4);
  });

  it.each([8, 12, 20])('agrees with scoring without a cache, heads of %d elements', async (dim) => {
    const config = { ...CONFIG, headDim: dim };
    const own = livelyWeights(config);
    const completions = await sample({ config, weights: own, temperature: 0 });
    const scores = await scoreTopK(cache, {
      config,
      weights: own,
      items: completions.map(({ ids }, i) => ({
        promptIds: items[i]!.promptIds,
        completionIds: ids,
      })),
      topK: 1,
    });
    expect([...scores.tokenIds_NK]).toEqual(completions.flatMap(({ ids }) => ids));
  });

  it('continues a given beginning as it would have gone on', async () => {
    const whole = await sample({ temperature: 0, endIds: [] });
    const begun = items.map(({ promptIds, seed }, i) => ({
      promptIds: [...promptIds, ...whole[i]!.ids.slice(0, 5)],
      seed,
    }));
    const rest = await sample({ items: begun, maxTokens: 7, temperature: 0, endIds: [] });
    expect(rest.map(({ ids }) => ids)).toEqual(whole.map(({ ids }) => ids.slice(5)));
  });

  it('stops where it is told, and keeps what made it stop', async () => {
    const free = await sample({ endIds: [] });
    const isStopped = (ids: readonly number[]): boolean => ids.at(-1)! % 5 === 0;
    for (const [i, { ids, stop }] of (await sample({ endIds: [], isStopped })).entries()) {
      const at = free[i]!.ids.findIndex((id) => id % 5 === 0);
      expect(ids).toEqual(at < 0 ? free[i]!.ids : free[i]!.ids.slice(0, at + 1));
      expect(stop).toBe(at < 0 ? 'truncated' : 'end');
    }
  });

  it('keeps to the filters and follows the distribution they leave', async () => {
    const { promptIds } = items[7]!;
    const draws = Array.from({ length: 1500 }, (_, i) => ({ promptIds, seed: `${i}` }));
    const drawn = await sample({ items: draws, maxTokens: 1, topK: 4, temperature: 1.3 });
    const scores = await scoreTopK(cache, {
      config: CONFIG,
      weights,
      topK: 4,
      temperature: 1.3,
      items: [{ promptIds, completionIds: [0] }],
    });
    const probs = [...scores.logprobs_NK].map(Math.exp);
    const mass = probs.reduce((sum, p) => sum + p, 0);
    let counted = 0;
    for (const [k, id] of scores.tokenIds_NK.entries()) {
      const count = drawn.filter(({ ids }) => ids[0] === id).length;
      const p = probs[k]! / mass;
      counted += count;
      expect(Math.abs(count / 1500 - p)).toBeLessThan(4 * Math.sqrt((p * (1 - p)) / 1500));
    }
    expect(counted).toBe(1500);
  });

  it('refuses an empty prompt', async () => {
    await expect(sample({ items: [{ promptIds: [], seed: 'x' }] })).rejects.toThrow(
      /no prompt tokens/,
    );
  });

  it('starts from a prefix as from the tokens whose keys and values it holds', async () => {
    const front = [5, 9, 2];
    const { temperature, prefixed } = { temperature: 0, prefixed: new Map(weights) };
    const settings = { config: CONFIG, weights, temperature, positions: 8, steps: 1 };
    const session = await openDecodeSession(cache, settings);
    const kv = createKvCache(CONFIG, 1, front.length);
    const [starts, scoredAt] = [Int32Array.of(0), Int32Array.of(0)];
    await session.run({ rows: 1, time: 3, ids: Int32Array.from(front), starts, scoredAt }, kv);
    for (const name of cacheNames(CONFIG)) {
      const heads = [0, 1].map((head) => kv.row(name, 0, head, front.length));
      const perPosition = front.map((_, at) =>
        heads.map((x) => Array.from(x.subarray(at * 8, at * 8 + 8))),
      );
      const [kind, layer] = name.split('.');
      prefixed.set(`model.layers.${layer}.self_attn.prefix_${kind}`, {
        shape: [front.length, 2, 8],
        data: Float32Array.from(perPosition.flat(2)),
      });
    }
    const whole = items.map((item) => ({ ...item, promptIds: [...front, ...item.promptIds] }));
    const expected = await sample({ items: whole, temperature });
    expect(await sample({ weights: prefixed, temperature })).toEqual(expected);
    expect(await sample({ weights: prefixed, temperature, batch: 3 })).toEqual(expected);
  });
});
