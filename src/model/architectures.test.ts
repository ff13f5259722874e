import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { JsonObject } from '../base/json.ts';
import { sampleModel } from '../engine/decode/sample-model.ts';
import { createSessionCache } from '../engine/session-cache.ts';
import { expectedTensors } from './expected-tensors.ts';
import { formulaWeights, uniform } from './formula-weights.fixture.ts';
import { huggingFaceConfig } from './hf-config.ts';
import { runText } from './logits.fixture.ts';

const GOLDENS = new URL('goldens/architectures.json', import.meta.url);
const numbers = z.array(z.number());
const goldenSchema = z.object({
  cases: z.array(
    z.object({
      name: z.string(),
      config: z.custom<JsonObject>(),
      ids: numbers,
      positions: numbers,
      logits: z.array(numbers),
      loss: z.number(),
      gradients: z.record(z.string(), z.tuple([z.number(), z.number()])),
      promptTokens: z.number(),
      greedy: numbers,
    }),
  ),
});
const { cases } = goldenSchema.parse(JSON.parse(readFileSync(GOLDENS, 'utf8')));

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

describe.each(cases)('$name', (golden) => {
  const config = huggingFaceConfig('config.json', golden.config);
  const weights = formulaWeights(expectedTensors(config));

  it('gives the logits, the loss and the gradients of transformers', async () => {
    const { logits, loss, gradients } = await runText(config, weights, golden.ids, {
      gradients: true,
    });
    golden.positions.forEach((position, i) => {
      const row = logits.subarray(position * config.vocabSize, (position + 1) * config.vocabSize);
      const errors = golden.logits[i]!.map((expected, token) => Math.abs(expected - row[token]!));
      expect(Math.max(...errors)).toBeLessThanOrEqual(1e-4);
    });
    expect(Math.abs(loss - golden.loss)).toBeLessThanOrEqual(1e-5);
    expect([...gradients.keys()].sort()).toEqual(Object.keys(golden.gradients).sort());
    for (const [name, gradient] of gradients) {
      const [norm, projection] = golden.gradients[name]!;
      const probe = uniform(`probe ${name}`, gradient.length);
      const dot = gradient.reduce((sum, g, j) => sum + g * probe[j]!, 0);
      expect(Math.abs(Math.hypot(...gradient) / norm - 1)).toBeLessThanOrEqual(1e-4);
      expect(Math.abs(dot - projection)).toBeLessThanOrEqual(1e-3 * norm);
    }
  });

  it('continues greedily, with a cache, as transformers does', async () => {
    const [completion] = await sampleModel(cache, {
      config,
      weights,
      items: [{ promptIds: golden.ids.slice(0, golden.promptTokens), seed: 'greedy' }],
      temperature: 0,
      maxTokens: golden.greedy.length,
      endIds: [],
      batch: 1,
    });
    expect(completion!.ids).toEqual(golden.greedy);
  });
});
