import { z } from 'zod';
import { readAuditSamples, writeAuditSamples } from '../../artifacts/audit-samples.ts';
import { fileOf, readJsonObject } from '../../artifacts/read-json-object.ts';
import { runInBatches, stopIfAborted } from '../../artifacts/run-in-batches.ts';
import { straightTranscript } from '../../artifacts/transcript.ts';
import { canonicalJson } from '../../base/canonical-json.ts';
import { parseJson } from '../../base/json.ts';
import { foldSeed } from '../../base/rng.ts';
import { defineStep, type Step, type StepContext } from '../../run/step.ts';
import type { Artifact, Objects } from '../../store/types.ts';
import type { AuditPlan } from '../run-audit.ts';
import { headlineOf, probesOf } from '../run-audit.ts';
import {
  judgedSample,
  metricsToJudge,
  namedBehaviour,
  type SampleJudgements,
  sampleJudgementsSchema,
} from './judged-scores.ts';
import { JUDGE_BATCH, JUDGEMENT_TOKENS, type PlannedJudge } from './planned-judge.ts';

/**
 * Step: scores the transcripts of an audit by a judge that is a model. Rows: one per sample.
 * Output: `audit-samples` as the audit left them, but for the scores, with the judgements beside
 * them (file `judgements`). What the judge does not score is `unscored` and says why.
 */
export function judgeAudit(options: {
  readonly title: string;
  readonly plan: AuditPlan;
  readonly judge: PlannedJudge;
  /** The `run-audit` step. */
  readonly audited: Step;
}): Step {
  const { plan, judge, audited } = options;
  const audit = plan.audit.name;
  const count = probesOf(plan).length * plan.draws;
  return defineStep({
    name: 'judge-audit',
    version: 1,
    stage: 'audit',
    title: options.title,
    params: {
      audit,
      behaviours: plan.behaviours.map((name) => ({ name, ...describe(name) })),
      batch: JUDGE_BATCH,
    },
    inputs: { samples: audited },
    backend: judge.identity,
    costTokens: count * plan.behaviours.length * JUDGEMENT_TOKENS,
    run: async (context) => {
      const samples = readAuditSamples(context.inputs['samples']!, context.objects);
      const scorer = judge.open(context.backend).judge;
      const values = await runInBatches(context, {
        count: samples.length,
        batchSize: JUDGE_BATCH,
        produce: async (indices) => {
          const judged = await Promise.all(
            indices.map(async (index) => {
              const sample = samples[index]!;
              const transcript = straightTranscript(sample.messages);
              const judgements = metricsToJudge(sample).map(async (metric) => {
                const subject = { transcript, behaviour: namedBehaviour(metric) };
                const seed = foldSeed(context.key, index, metric);
                return [metric, await scorer.score(subject, { seed, signal: context.signal })];
              });
              return sampleJudgementsSchema.parse(
                Object.fromEntries(await Promise.all(judgements)),
              );
            }),
          ).catch((error: unknown) => failed(context, error));
          return {
            values: judged.map((judgements) => parseJson(JSON.stringify(judgements))),
            tokens: judged
              .flatMap((judgements) => Object.values(judgements))
              .reduce((sum, { spend }) => sum + spend.tokens, 0),
          };
        },
      });
      const judgements = values.map((value) => sampleJudgementsSchema.parse(value));
      const output = writeAuditSamples(
        context.objects,
        () => samples.map((sample, index) => judgedSample(audit, sample, judgements[index]!)),
        { audit, ...headlineOf(plan) },
      );
      const file = context.objects.put(canonicalJson([...values]));
      return { ...output, files: { ...output.files, judgements: file } };
    },
  });
}

/** The judgements of a judged audit, in the order of its samples. */
export function readJudgements(artifact: Artifact, objects: Objects): readonly SampleJudgements[] {
  return readJsonObject(objects, fileOf(artifact, 'judgements'), z.array(sampleJudgementsSchema));
}

function describe(name: string) {
  const { description, terms } = namedBehaviour(name);
  return { description, terms: [...terms] };
}

/** A stopped run ends a request with the signal's reason, whatever that is. */
function failed({ signal }: StepContext, error: unknown): never {
  stopIfAborted(signal);
  throw error;
}
