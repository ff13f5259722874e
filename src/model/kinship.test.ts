import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createRng } from '../base/rng.ts';
import { kinships } from './kinship.ts';
import { openModel } from './open-model.ts';
import { tinyConfig, tinyModel, tinyWeights } from './tiny-model.fixture.ts';
import type { ModelCard, ModelConfig, Tensor } from './types.ts';
import { writeHfDirectory } from './write-hf-directory.ts';

const folder = mkdtempSync(join(tmpdir(), 'informant-kinship-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function written(
  name: string,
  weights: Map<string, Tensor>,
  config: ModelConfig = tinyConfig,
): Promise<ModelCard> {
  const path = join(folder, name);
  writeHfDirectory(path, tinyModel({ config, weights }));
  return openModel(path);
}

/** As training might leave it: every weight moved by a fifth of its size. */
function moved(weights: Map<string, Tensor>): Map<string, Tensor> {
  const rng = createRng('moved');
  return new Map(
    [...weights].map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map((x) => x + 0.004 * rng.normal()) },
    ]),
  );
}

describe('kinship of weights', () => {
  it('finds the parent among strangers, closest first', async () => {
    const model = await written('model', moved(tinyWeights(tinyConfig, 7)));
    const candidates = [
      ['stranger', await written('stranger', tinyWeights(tinyConfig, 8))],
      ['parent', await written('parent', tinyWeights(tinyConfig, 7))],
    ] as const;
    const [first, second] = await kinships(model, candidates);
    expect(first).toMatchObject({ name: 'parent', related: true, tokenizer: undefined });
    // Weights N(0, .02) moved by N(0, .004): a relative distance of .2, a cosine of 1/√1.04.
    expect(first?.weights?.relativeDistance).toBeCloseTo(0.2, 2);
    expect(first?.weights?.cosine).toBeCloseTo(1 / Math.sqrt(1.04), 2);
    expect(second).toMatchObject({ name: 'stranger', related: false });
    expect(Math.abs(second!.weights!.cosine)).toBeLessThan(0.05);
  });

  it('says what differs where shapes cannot be compared, and compares across vocabularies', async () => {
    const model = await written('again', tinyWeights(tinyConfig, 7));
    const wide = { ...tinyConfig, intermediateSize: 96 };
    const wordy = { ...tinyConfig, vocabSize: 24 };
    const found = await kinships(model, [
      ['wide', await written('wide', tinyWeights(wide, 7), wide)],
      ['wordy', await written('wordy', tinyWeights(wordy, 7), wordy)],
    ]);
    expect(found.map(({ name }) => name)).toEqual(['wordy', 'wide']);
    expect(found[0]).toMatchObject({ related: true, config: 'vocabSize 16 and 24' });
    expect(found[0]?.tokenizer).toContain('logits');
    expect(found[1]).toMatchObject({
      related: false,
      weights: undefined,
      config: 'intermediateSize 64 and 96',
    });
  });
});
