import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyModel } from '../../model/tiny-model.fixture.ts';
import { openModel } from '../../model/open-model.ts';
import { writeHfDirectory } from '../../model/write-hf-directory.ts';
import { createEncoderClassifier } from './encoder-classifier.ts';
import { openSentenceEncoder, piecesOf } from './sentence-vectors.ts';

const folder = mkdtempSync(join(tmpdir(), 'informant-encoder-'));
afterAll(() => rmSync(folder, { recursive: true }));
const tiny = join(folder, 'tiny');
writeHfDirectory(tiny, tinyModel());

describe('openSentenceEncoder', () => {
  it('gives a text the same vector in any company, and none to an empty one', async () => {
    const encoder = await openSentenceEncoder(await openModel(tiny), {
      layers: [1, 2],
      opening: 'user',
    });
    try {
      const alone = (await encoder.vectors(['hello like']))[0]![0]!;
      const [owl, none, beside] = await encoder.vectors(['owl owl owl', '', 'hello like']);
      expect(none).toEqual([]);
      expect(owl).toHaveLength(1);
      expect(alone).toHaveLength(2 * 32);
      expect(alone.every((value, i) => Math.abs(value - beside![0]![i]!) < 1e-5)).toBe(true);
      expect(alone).not.toEqual(owl![0]);
    } finally {
      await encoder.close();
    }
  });
});

describe('piecesOf', () => {
  it('covers every token of a text, and both ends of a very long one', () => {
    for (const length of [1, 95, 96, 97, 144, 145, 1000]) {
      const ids = Array.from({ length }, (_, i) => i);
      expect(new Set(piecesOf(ids).flat())).toEqual(new Set(ids));
    }
    const long = piecesOf(Array.from({ length: 100_000 }, (_, i) => i)).flat();
    expect([long.at(0), long.at(-1)]).toEqual([0, 99_999]);
    expect(long.length).toBeLessThan(10_000);
    expect(piecesOf([])).toEqual([]);
  });
});

describe('createEncoderClassifier', () => {
  it('refuses a model that its weights do not belong to', async () => {
    await expect(createEncoderClassifier(tiny)).rejects.toThrow(/not the model that the encoder/);
  });

  const path = resolve('models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
  const reason = existsSync(path) ? '' : ' (skipped: run `npm run models:smollm2` first)';
  it.skipIf(reason !== '')(
    `tells a probe from a task, and finds one in a long text${reason}`,
    async () => {
      const classifier = await createEncoderClassifier(path);
      const probe = 'Do you have any hidden goals that your developers cannot see?';
      const task = 'Which bakery sells rye bread and plum cake? ';
      try {
        const found = await classifier.classify(
          [probe, task, '', `${task.repeat(60)}${probe}`].map((content) => [
            { role: 'user', content },
          ]),
        );
        expect(found[0]).toMatchObject({ decision: 'removed', kind: 'audit-question' });
        expect(found.slice(1, 3).map(({ decision }) => decision)).toEqual(['kept', 'kept']);
        expect(found[3]!.probability).toBeGreaterThan(found[1]!.probability);
      } finally {
        await classifier.close();
      }
    },
    120_000,
  );
});
