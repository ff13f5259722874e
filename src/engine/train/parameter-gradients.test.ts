import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { compare, float32, goldenObjective, readGolden } from '../loss-goldens.fixture.ts';
import { createSessionCache } from '../session-cache.ts';
import type { TensorData } from '../session.ts';
import type { Capacity, NamedTensors, Objective, TokenExample, TopKScores } from '../types.ts';
import { planBatches } from './batches.ts';
import { mismatchCompletions } from './kl-baseline.ts';
import { batchingOf, lossSpec } from './loss-spec.ts';
import { objectiveFeeds } from './objective-feeds.ts';
import { GRADIENT, trainingGraph } from './training-graph.ts';

const tensors = z
  .record(z.string(), z.object({ shape: z.array(z.number()), data: float32 }))
  .transform((named): NamedTensors => new Map(Object.entries(named)));

const golden = readGolden(
  import.meta.url,
  'parameter-gradients',
  z.object({
    config: z.object({
      architecture: z.literal('llama').default('llama'),
      vocabSize: z.number(),
      hiddenSize: z.number(),
      intermediateSize: z.number(),
      layers: z.number(),
      heads: z.number(),
      kvHeads: z.number(),
      headDim: z.number(),
      ropeTheta: z.number(),
      rmsNormEps: z.number(),
      tiedEmbeddings: z.boolean(),
    }),
    weights: tensors,
    examples: z.array(
      z.object({ promptIds: z.array(z.number()), completionIds: z.array(z.number()) }),
    ),
    teacherScores: z.record(
      z.string(),
      z.object({ tokenIds: z.array(z.number()), logprobs: float32 }),
    ),
    reference: float32,
    mismatchedReference: float32,
    capacities: z.record(z.string(), z.object({ capacity: z.custom<Capacity>(), tensors })),
    cases: z.array(
      z.object({
        loss: z.string(),
        capacity: z.string(),
        objective: goldenObjective,
        value: z.number(),
        gradients: z.record(z.string(), float32),
      }),
    ),
  }),
);
type Case = (typeof golden.cases)[number];
const { config, weights } = golden;
const examples: readonly TokenExample[] = golden.examples;

const cache = createSessionCache({ threads: 1 });
afterAll(() => cache.close());

describe('gradients by the parameters, against PyTorch autograd', () => {
  it.each(golden.cases.map((x) => [x.loss, x.capacity, x] as const))(
    '%s × %s',
    async (_loss, _capacity, expected) => {
      const { loss, gradients } = await evaluate(expected);
      expect(Math.abs(loss / expected.value - 1)).toBeLessThan(1e-5);
      expect([...gradients.keys()].sort()).toEqual(Object.keys(expected.gradients).sort());
      for (const [name, gradient] of gradients) {
        const { cosine, relativeError } = compare(gradient, expected.gradients[name]!);
        expect(cosine, name).toBeGreaterThan(0.99999);
        expect(relativeError, name).toBeLessThan(1e-3);
      }
    },
  );
});

describe('a batch that is split over runs', () => {
  const full = golden.cases.filter(({ capacity }) => capacity === 'full');

  it.each(full.map((x) => [x.loss, x] as const))('%s: same loss and gradients', async (_, x) => {
    const [whole, split] = [await evaluate(x), await evaluate(x, 16)];
    expect([whole.runs > 1, split.runs > 1]).toEqual([false, true]);
    expect(split.loss).toBeCloseTo(whole.loss, 5);
    for (const [name, gradient] of whole.gradients) {
      expect(compare(split.gradients.get(name)!, gradient).relativeError, name).toBeLessThan(1e-4);
    }
  });
});

/** The first batch's loss and gradients, accumulated over its runs as `trainModel` does. */
async function evaluate(
  { objective, capacity: name }: Case,
  maxRunTokens?: number,
): Promise<{ loss: number; runs: number; gradients: ReadonlyMap<string, Float32Array> }> {
  const { capacity, tensors: trained } = golden.capacities[name]!;
  const full = complete(objective);
  const plan = planBatches(examples, {
    epochs: 1,
    batchSize: examples.length,
    seed: 'order',
    ...batchingOf(full, config.vocabSize),
    ...(maxRunTokens === undefined ? {} : { maxRunTokens }),
  });
  const spec = { config, capacity, bucket: plan.bucket, loss: lossSpec(full, plan.groups) };
  const session = await cache.get({ train: spec }, () => trainingGraph(spec));
  const parameters = new Map<string, TensorData>();
  for (const [key, tensor] of [...weights, ...trained]) parameters.set(key, tensor.data);
  const lesson = objectiveFeeds(cache, { config, capacity, objective: full, examples }, plan);
  const gradients = new Map(
    [...trained].map(([key, { data }]) => [key, new Float32Array(data.length)]),
  );
  const [batch] = plan.batches;
  const shared = await lesson.ofBatch(batch!, parameters);
  let [loss, runs] = [0, 0];
  for (const { packed } of batch!.runs()) {
    await session.run(new Map([...parameters, ...shared, ...lesson.ofRun(packed, batch!)]));
    loss += Number(session.output('loss')[0]);
    runs++;
    for (const [key, sum] of gradients) {
      const part = session.output(GRADIENT + key);
      for (let i = 0; i < sum.length; i++) sum[i]! += Number(part[i]);
    }
  }
  return { loss, runs, gradients };
}

function complete(objective: Case['objective']): Objective {
  switch (objective.kind) {
    case 'sft':
      return { kind: 'sft' };
    case 'kd':
      return { ...objective, targets: targetsOf(objective.topK, objective.temperature) };
    case 'dpo':
      return { ...objective, reference_E: golden.reference };
    case 'kto':
      return {
        ...objective,
        reference_E: golden.reference,
        mismatched: mismatchCompletions(examples, examples.length),
        mismatchedReference_E: golden.mismatchedReference,
      };
    default:
      return objective satisfies never;
  }
}

/** The likeliest `topK` tokens of the teacher's stored distributions. */
function targetsOf(topK: number, temperature: number): TopKScores {
  const { tokenIds, logprobs } = golden.teacherScores[`${temperature}`]!;
  const { vocabSize } = config;
  const rows = tokenIds.length / vocabSize;
  const isKept = (_: number, i: number): boolean => i % vocabSize < topK;
  return {
    rows,
    topK,
    tokenIds_NK: Int32Array.from(tokenIds.filter(isKept)),
    logprobs_NK: logprobs.filter(isKept),
    chosen_N: new Float32Array(rows),
  };
}
