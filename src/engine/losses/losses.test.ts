import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { backward } from '../graph/backward.ts';
import { slice } from '../graph/shape-ops.ts';
import { input, type Value } from '../graph/value.ts';
import { compare, float32, goldenObjective, readGolden } from '../loss-goldens.fixture.ts';
import type { ScoredChunk } from '../packed-graph.ts';
import { createSession, type TensorData } from '../session.ts';
import { planBatches, type BatchPlan } from '../train/batches.ts';
import { batchingOf, lossSpec } from '../train/loss-spec.ts';
import { lossFeeds } from '../train/objective-feeds.ts';
import { lossOf } from '../train/training-graph.ts';
import type { Objective, TokenExample, TopKScores } from '../types.ts';

const golden = readGolden(
  import.meta.url,
  'losses',
  z.object({
    vocabSize: z.number(),
    lengths: z.array(z.number()),
    tokens: z.array(z.number()),
    logits: float32,
    teacherLogits: float32,
    weights: float32,
    cases: z.array(
      z.object({
        name: z.string(),
        objective: goldenObjective,
        reference: float32.optional(),
        klBaseline: z.number().optional(),
        loss: z.number(),
        gradient: float32,
      }),
    ),
  }),
);
type Case = (typeof golden.cases)[number];
const { vocabSize } = golden;

const starts = golden.lengths.map((_, i) => golden.lengths.slice(0, i).reduce((a, b) => a + b, 0));
const examples = golden.lengths.map((length, i): TokenExample => ({
  promptIds: [0],
  completionIds: golden.tokens.slice(starts[i], starts[i]! + length),
}));

describe('losses and their gradients by the logits, against TRL and PyTorch', () => {
  it.each(golden.cases.map((x) => [x.name, x] as const))('%s', async (_, expected) => {
    for (const chunkRows of [64, 7]) {
      const { loss, gradient } = await evaluate(expected, chunkRows);
      expect(Math.abs(loss / expected.loss - 1)).toBeLessThan(1e-5);
      const { cosine, relativeError } = compare(gradient, expected.gradient);
      expect(cosine).toBeGreaterThan(0.99999);
      expect(relativeError).toBeLessThan(1e-5);
    }
  });
});

describe('degenerate distributions', () => {
  const kinds = golden.cases.filter(({ objective }) => objective.kind === 'kd');

  it.each(kinds.map((x) => [x.name, x] as const))(
    '%s is finite where teacher or student are certain',
    async (_, { objective }) => {
      const certain = (on: number): Float32Array =>
        Float32Array.from(golden.logits, (_x, i) => (i % vocabSize === on ? 200 : -200));
      for (const on of [3, 4]) {
        const { loss, gradient } = await evaluate({ objective }, 64, {
          logits: certain(3),
          teacherLogits: certain(on),
        });
        expect(loss).toBeGreaterThanOrEqual(on === 3 ? -1e-5 : 0.01);
        expect(loss).toBeLessThan(on === 3 ? 1e-4 : 500);
        expect(gradient.every(Number.isFinite)).toBe(true);
      }
    },
  );
});

/** Loss and gradient of one batch through the graph and the feeds that training uses. */
async function evaluate(
  { objective, reference, klBaseline }: Pick<Case, 'objective' | 'reference' | 'klBaseline'>,
  chunkRows: number,
  { logits, teacherLogits }: { logits: Float32Array; teacherLogits: Float32Array } = golden,
): Promise<{ loss: number; gradient: Float32Array }> {
  const full = complete(objective, reference, teacherLogits);
  const plan = planBatches(examples, {
    epochs: 1,
    batchSize: examples.length,
    seed: 'order',
    ...batchingOf(full, vocabSize),
  });
  const { scored } = plan.bucket;
  const all = input('logits', [scored, vocabSize]);
  const chunks: ScoredChunk[] = [];
  for (let start = 0; start < scored; start += chunkRows) {
    const end = Math.min(scored, start + chunkRows);
    const headInputs = [slice(all, 0, start, end)];
    const headOf = ([rows]: readonly Value[]): Value => rows!;
    chunks.push({ start, end, headInputs, headOf, logits: () => headOf(headInputs) });
  }
  const loss = lossOf(lossSpec(full, plan.groups), chunks, scored, vocabSize);
  const [gradient] = backward(loss, [all]);
  const session = await createSession(
    new Map([
      ['loss', loss],
      ['gradient', gradient!],
    ]),
    { threads: 1 },
  );
  const { feeds, rows } = feedsOf(plan, full, logits);
  if (klBaseline !== undefined) feeds.set('klBaseline', Float32Array.of(klBaseline));
  await session.run(feeds);
  const made = Float32Array.from(session.output('gradient'), Number);
  const inOrder = new Float32Array(golden.logits.length);
  rows.forEach((row, i) => {
    inOrder.set(made.subarray(i * vocabSize, (i + 1) * vocabSize), row * vocabSize);
  });
  const value = Number(session.output('loss')[0]);
  await session.close();
  return { loss: value, gradient: inOrder };
}

/** Feeds of the only run; `rows` says which token of the golden stands at each scored position. */
function feedsOf(plan: BatchPlan, objective: Objective, logits: Float32Array) {
  const [batch] = plan.batches;
  const [{ packed } = {}, ...more] = batch!.runs();
  expect(more).toEqual([]);
  const rows = packed!.origin.map(({ example, offset }) => starts[example]! + offset);
  const laidOut = new Float32Array(plan.bucket.scored * vocabSize);
  rows.forEach((row, i) => {
    laidOut.set(logits.subarray(row * vocabSize, (row + 1) * vocabSize), i * vocabSize);
  });
  const feeds = new Map<string, TensorData>([
    ['targets', packed!.targets],
    ['logits', laidOut],
    ...lossFeeds(objective, examples, plan, vocabSize)(packed!, batch!),
  ]);
  return { feeds, rows };
}

function complete(
  objective: Case['objective'],
  reference_E: Float32Array = new Float32Array(0),
  teacherLogits: Float32Array,
): Objective {
  switch (objective.kind) {
    case 'sft':
      return { kind: 'sft', ...(objective.weighted ? { tokenWeights: golden.weights } : {}) };
    case 'kd': {
      const targets = topKOf(teacherLogits, objective.topK, objective.temperature);
      const weights = objective.weighted ? { tokenWeights: golden.weights } : {};
      return { ...objective, targets, ...weights };
    }
    case 'dpo':
      return { ...objective, reference_E };
    case 'kto': {
      const mismatchedReference_E = reference_E;
      return { ...objective, reference_E, mismatched: examples, mismatchedReference_E };
    }
    default:
      return objective satisfies never;
  }
}

function topKOf(logits: Float32Array, topK: number, temperature: number): TopKScores {
  const rows = logits.length / vocabSize;
  const tokenIds_NK = new Int32Array(rows * topK);
  const logprobs_NK = new Float32Array(rows * topK);
  for (let row = 0; row < rows; row++) {
    const own = Array.from(
      logits.subarray(row * vocabSize, (row + 1) * vocabSize),
      (x) => x / temperature,
    );
    const largest = Math.max(...own);
    const logSum = largest + Math.log(own.reduce((sum, x) => sum + Math.exp(x - largest), 0));
    const order = own.map((_, id) => id).sort((a, b) => own[b]! - own[a]!);
    for (let k = 0; k < topK; k++) {
      tokenIds_NK[row * topK + k] = order[k]!;
      logprobs_NK[row * topK + k] = own[order[k]!]! - logSum;
    }
  }
  return { rows, topK, tokenIds_NK, logprobs_NK, chosen_N: new Float32Array(rows) };
}
