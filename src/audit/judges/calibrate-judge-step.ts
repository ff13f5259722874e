import { z } from 'zod';
import { fileOf, readJsonObject } from '../../artifacts/read-json-object.ts';
import { runInBatches, stopIfAborted } from '../../artifacts/run-in-batches.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import type { JsonObject } from '../../base/json.ts';
import { defineStep, type Step } from '../../run/step.ts';
import type { Artifact, Objects } from '../../store/types.ts';
import {
  agreementByOrder,
  askedAnswers,
  type JudgedAnswer,
  judgeKnownAnswer,
  UNSCORED,
} from './calibrate-judge.ts';
import { JUDGE_ORDERS, JUDGED_CLASSES } from './judge.ts';
import { JUDGE_BATCH, JUDGEMENT_TOKENS, type PlannedJudge } from './planned-judge.ts';

/** Kind of the artifact it leaves. File: `answers` (JSON). */
const JUDGE_CALIBRATION = 'judge-calibration';

const answerSchema = z.object({
  id: z.string(),
  order: z.enum(JUDGE_ORDERS),
  truth: z.enum(JUDGED_CLASSES),
  given: z.enum([...JUDGED_CLASSES, UNSCORED]),
  reason: z.string(),
});

const itemSchema = z.object({ answer: answerSchema, tokens: z.number() });

const countsSchema = z.object({
  judge: z.string(),
  orders: z.array(z.object({ order: z.enum(JUDGE_ORDERS), correct: z.int(), n: z.int() })),
  unscored: z.int(),
});

/** How many known answers a judge got right in each order; one without a class counts as wrong. */
export type CalibrationCounts = z.infer<typeof countsSchema>;

/** Step: tries a judge that is a model on answers whose class is known. Rows: item × order. */
export function calibrateJudgeStep(judge: PlannedJudge): Step {
  const { id, version, digest, items } = judge.answers;
  const count = items * JUDGE_ORDERS.length;
  return defineStep({
    name: 'calibrate-judge',
    version: 1,
    stage: 'audit',
    title: `try judge ${judge.name} on known answers`,
    params: { answers: { id, version, digest }, batch: JUDGE_BATCH },
    inputs: {},
    backend: judge.identity,
    costTokens: (count * JUDGEMENT_TOKENS) / JUDGE_ORDERS.length,
    run: async (context) => {
      const { judge: scorer, answers: set } = judge.open(context.backend);
      const asked = askedAnswers(set);
      const options = { seed: context.key, signal: context.signal };
      const values = await runInBatches(context, {
        count: asked.length,
        batchSize: JUDGE_BATCH,
        produce: async (indices) => {
          const judged = await Promise.all(
            indices.map((index) => judgeKnownAnswer(scorer, set, asked[index]!, options)),
          ).catch((error: unknown) => {
            stopIfAborted(context.signal);
            throw error;
          });
          return {
            values: judged.map(({ answer, spend }) => ({
              answer: { ...answer },
              tokens: spend.tokens,
            })),
            tokens: judged.reduce((sum, { spend }) => sum + spend.tokens, 0),
          };
        },
      });
      const answers = values.map((value) => itemSchema.parse(value).answer);
      return {
        kind: JUDGE_CALIBRATION,
        meta: calibrationMeta(scorer.name, answers),
        files: { answers: context.objects.put(canonicalJson(answers.map((one) => ({ ...one })))) },
      };
    },
  });
}

/** What the metadata of a calibration counts. */
export function calibrationMeta(judge: string, answers: readonly JudgedAnswer[]): JsonObject {
  return {
    judge,
    orders: agreementByOrder(answers).map(({ order, correct, n }) => ({ order, correct, n })),
    unscored: answers.filter(({ given }) => given === UNSCORED).length,
  };
}

/** Counts of a finished calibration. */
export function calibrationCounts({ meta }: Pick<Artifact, 'meta'>): CalibrationCounts {
  return countsSchema.parse(meta);
}

/** Every known answer with the class it was given. */
export function readCalibration(artifact: Artifact, objects: Objects): readonly JudgedAnswer[] {
  return readJsonObject(objects, fileOf(artifact, 'answers'), z.array(answerSchema));
}
