import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { parseJson } from '../base/json.ts';
import { readGguf } from './gguf.ts';
import { openGgufTokenizer } from './gguf-tokenizer.ts';
import { loadWeights } from './load-weights.ts';
import { openModel } from './open-model.ts';
import { checkTurnEnd } from './render-prompt.ts';

// How the golden file was made stands in its `madeWith`.
const golden = z
  .object({
    texts: z.array(z.string()),
    ids: z.record(z.string(), z.array(z.array(z.number()))),
    decoded: z.array(z.string()),
  })
  .parse(parseJson(readFileSync(new URL('./smollm2-token-ids.json', import.meta.url), 'utf8')));

const path = resolve('models/smollm2/SmolLM2-135M-Instruct.Q4_1.gguf');
const reason = existsSync(path) ? '' : ' (skipped: run `npm run models:smollm2` first)';

describe.skipIf(reason !== '')(`SmolLM2-135M-Instruct${reason}`, () => {
  it.each(Object.keys(golden.ids))('cuts text like the Rust library with pre = %s', async (pre) => {
    const file = await readGguf(path);
    const { tokenizer } = openGgufTokenizer({
      ...file,
      metadata: { ...file.metadata, 'tokenizer.ggml.pre': pre },
    });
    expect(golden.texts.map((text) => tokenizer.encode(text))).toEqual(golden.ids[pre]);
    if (pre === 'smollm')
      expect(golden.ids[pre]!.map((ids) => tokenizer.decode(ids))).toEqual(golden.decoded);
  });

  it('opens with ChatML turns that end at <|im_end|>', async () => {
    const card = await openModel(path);
    expect(card.config).toMatchObject({ layers: 30, hiddenSize: 576, rmsNormEps: 1e-5 });
    expect(checkTurnEnd(card)).toEqual({ closed: true, endId: 2 });
  });

  it('loads 134.5 million plausible weights', async () => {
    const { weights } = await loadWeights({ path, deltas: [] });
    let count = 0;
    for (const [name, { data }] of weights) {
      count += data.length;
      const rms = Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length);
      expect(rms, name).toBeGreaterThan(0.01);
      expect(rms, name).toBeLessThan(20);
    }
    expect(count).toBe(134_515_008);
  }, 60_000);
});
