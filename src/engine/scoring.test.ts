import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { hiddenStates } from './hidden-states.ts';
import { initWeights } from './init-weights.ts';
import { scoreDistributions } from './score-distributions.ts';
import { scoreDivergence } from './score-divergence.ts';
import { scoreTopK } from './score-top-k.ts';
import { createSessionCache } from './session-cache.ts';
import type { DecoderConfig } from './types.ts';

const CONFIG: DecoderConfig = {
  architecture: 'llama',
  vocabSize: 37,
  hiddenSize: 24,
  intermediateSize: 40,
  layers: 2,
  heads: 6,
  kvHeads: 2,
  headDim: 4,
  ropeTheta: 10_000,
  rmsNormEps: 1e-5,
  tiedEmbeddings: true,
};
const { vocabSize: V, hiddenSize: D } = CONFIG;
const weights = initWeights(CONFIG, 'scoring');
for (const { shape, data } of weights.values()) {
  if (shape.length > 1) for (let i = 0; i < data.length; i++) data[i] = data[i]! * 12;
}
const rng = createRng('items');
const ids = (n: number): number[] => Array.from({ length: n }, () => rng.int(V));
const items = Array.from({ length: 30 }, () => ({
  promptIds: ids(1 + rng.int(9)),
  completionIds: ids(1 + rng.int(12)),
}));
const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

describe('scoreDistributions', () => {
  it('hands over, in order, what top-k scoring sees of every distribution', async () => {
    const temperature = 1.7;
    const whole = await scoreTopK(cache, { config: CONFIG, weights, items, topK: V, temperature });
    let next = 0;
    const count = await scoreDistributions(
      cache,
      { config: CONFIG, weights, items, temperature },
      ({ firstRow, rows, logprobs_NV }) => {
        expect(firstRow).toBe(next);
        expect(logprobs_NV).toHaveLength(rows * V);
        for (let row = 0; row < rows; row++) {
          for (let k = 0; k < V; k++) {
            const at = (firstRow + row) * V + k;
            const own = logprobs_NV[row * V + whole.tokenIds_NK[at]!]!;
            expect(Math.abs(own - whole.logprobs_NK[at]!)).toBeLessThan(1e-4);
          }
        }
        next += rows;
      },
    );
    expect(next).toBe(whole.rows);
    expect(count).toBe(whole.rows);
  });
});

describe('scoreDivergence', () => {
  const other = initWeights(CONFIG, 'another model');

  it('is the KL of the whole distributions, and the log-ratio of what was there', async () => {
    const model = { config: CONFIG, weights };
    const reference = { config: CONFIG, weights: other };
    const found = await scoreDivergence(cache, { model, reference, items });
    const [p, q] = [
      await scoreTopK(cache, { ...model, items, topK: V }),
      await scoreTopK(cache, { ...reference, items, topK: V }),
    ];
    expect(found.divergence_N).toHaveLength(p.rows);
    for (let row = 0; row < p.rows; row++) {
      const lnQ = new Map<number, number>();
      for (let k = 0; k < V; k++) lnQ.set(q.tokenIds_NK[row * V + k]!, q.logprobs_NK[row * V + k]!);
      let kl = 0;
      for (let k = 0; k < V; k++) {
        const lnP = p.logprobs_NK[row * V + k]!;
        kl += Math.exp(lnP) * (lnP - lnQ.get(p.tokenIds_NK[row * V + k]!)!);
      }
      expect(Math.abs(found.divergence_N[row]! - kl)).toBeLessThan(1e-4);
      const ratio = p.chosen_N[row]! - q.chosen_N[row]!;
      expect(Math.abs(found.logRatio_N[row]! - ratio)).toBeLessThan(1e-4);
    }
    expect(Math.max(...found.divergence_N)).toBeGreaterThan(0.1);
  });

  it('is 0 between a model and itself, and refuses another vocabulary', async () => {
    const model = { config: CONFIG, weights };
    const { divergence_N } = await scoreDivergence(cache, { model, reference: model, items });
    expect(Math.max(...divergence_N)).toBeLessThan(1e-5);
    const wide = { ...CONFIG, vocabSize: V + 1 };
    const reference = { config: wide, weights: initWeights(wide, 'wide') };
    await expect(scoreDivergence(cache, { model, reference, items })).rejects.toThrow('38');
  });
});

describe('hiddenStates', () => {
  const base = { config: CONFIG, weights, items };

  it('begins with the embedding of the token itself', async () => {
    const { byLayer, firstRow, rows } = await hiddenStates(cache, {
      ...base,
      layers: [0],
      at: 'completion',
    });
    const embedding = weights.get('model.embed_tokens.weight')!.data;
    const tokens = items.flatMap(({ completionIds }) => completionIds);
    expect(rows).toBe(tokens.length);
    expect(firstRow[2]).toBe(items[0]!.completionIds.length + items[1]!.completionIds.length);
    for (const [row, id] of tokens.entries()) {
      const state = byLayer.get(0)!.subarray(row * D, (row + 1) * D);
      expect(state).toEqual(embedding.subarray(id * D, (id + 1) * D));
    }
  });

  it('is the same at the last token alone, and one position on from what predicts', async () => {
    const layers = [1, 2];
    const completion = await hiddenStates(cache, { ...base, layers, at: 'completion' });
    const last = await hiddenStates(cache, { ...base, layers, at: 'last' });
    const predicting = await hiddenStates(cache, { ...base, layers, at: 'predicting' });
    expect(last.rows).toBe(items.length);
    const difference = (a: Float32Array, rowA: number, b: Float32Array, rowB: number): number => {
      let most = 0;
      for (let i = 0; i < D; i++) {
        most = Math.max(most, Math.abs(a[rowA * D + i]! - b[rowB * D + i]!));
      }
      return most;
    };
    for (const layer of layers) {
      const states = completion.byLayer.get(layer)!;
      for (const [i, { completionIds }] of items.entries()) {
        const first = completion.firstRow[i]!;
        const end = first + completionIds.length - 1;
        expect(difference(states, end, last.byLayer.get(layer)!, i)).toBeLessThan(1e-5);
        for (let row = first; row < end; row++) {
          const later = predicting.byLayer.get(layer)!;
          expect(difference(states, row, later, row + 1)).toBeLessThan(1e-5);
        }
      }
    }
  });

  it('refuses a layer the model lacks', async () => {
    await expect(hiddenStates(cache, { ...base, layers: [3], at: 'last' })).rejects.toThrow(
      /layer 3: layers run from 0 to 2/,
    );
  });
});
