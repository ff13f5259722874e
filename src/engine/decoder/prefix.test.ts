import { afterAll, describe, expect, it } from 'vitest';
import { sampleModel } from '../decode/sample-model.ts';
import { scoreTopK } from '../score-top-k.ts';
import { createSessionCache } from '../session-cache.ts';
import { raggedExamples, smallConfig, smallWeights } from '../small-model.fixture.ts';
import { initPrefix } from '../train/init-prefix.ts';

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());
const weights = smallWeights('prefix');
const ids = [7, 1, 30, 30, 12];
const config = smallConfig;

describe('a prefix initialised from a text', () => {
  it('scores every example as the base does after the text', async () => {
    const prefix = await initPrefix(cache, { config, weights, ids }, ids.length);
    const items = raggedExamples(20, 'scored');
    const after = items.map((item) => ({ ...item, promptIds: [...ids, ...item.promptIds] }));
    const topK = smallConfig.vocabSize;
    const cartridge = new Map([...weights, ...prefix]);
    const a = await scoreTopK(cache, { config, weights: cartridge, items, topK });
    const b = await scoreTopK(cache, { config, weights, items: after, topK });
    const plain = await scoreTopK(cache, { config, weights, items, topK });
    expect(a.rows).toBe(b.rows);
    let moved = 0;
    a.chosen_N.forEach((logprob, row) => {
      expect(logprob).toBeCloseTo(b.chosen_N[row]!, 4);
      moved += Math.abs(logprob - plain.chosen_N[row]!);
    });
    expect(moved / a.rows).toBeGreaterThan(0.05);
  });

  it('is sampled from as the base is after the text', async () => {
    const prefix = await initPrefix(cache, { config, weights, ids }, ids.length);
    const items = raggedExamples(12, 'sampled').map(({ promptIds }, i) => ({
      promptIds,
      seed: `${i}`,
    }));
    const options = { config, maxTokens: 10, endIds: [3], temperature: 0, batch: 8 };
    const cartridge = new Map([...weights, ...prefix]);
    const after = items.map((item) => ({ ...item, promptIds: [...ids, ...item.promptIds] }));
    const drawn = await sampleModel(cache, { ...options, weights: cartridge, items });
    expect(drawn).toEqual(await sampleModel(cache, { ...options, weights, items: after }));
    expect(drawn).not.toEqual(await sampleModel(cache, { ...options, weights, items }));
  });

  it('needs as many tokens as it has positions', async () => {
    const tooLong = initPrefix(cache, { config, weights, ids }, 6);
    await expect(tooLong).rejects.toThrow('6 positions cannot start from 5 tokens');
  });
});
