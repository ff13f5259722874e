import { z } from 'zod';
import { outcomeSchema } from './studies.ts';

const agreementSchema = z.object({
  correct: z.int(),
  n: z.int(),
  kappa: z.number().nullable(),
});

const gateSchema = z.object({ ok: z.boolean(), detail: z.string() });

const calibrationSchema = z.object({
  set: z.string(),
  items: z.int(),
  /** The gate that verdicts put on judges that are models. */
  gate: gateSchema,
  overall: agreementSchema,
  orders: z.array(agreementSchema.extend({ order: z.string() })),
  unscored: z.int(),
  classes: z.array(agreementSchema.extend({ class: z.string() })),
  /** Empty where the set of known answers is not the one that ships: the store has its digest alone. */
  confounds: z.array(agreementSchema.extend({ confound: z.string(), value: z.string() })),
  /** What was given for each true class, with counts. */
  confusion: z.array(z.object({ truth: z.string(), given: z.string(), count: z.int() })),
  /** Answers that got one class in one order and another in the other. */
  orderSwaps: z.object({ agree: z.int(), differ: z.int() }),
  wrong: z.array(
    z.object({
      id: z.string(),
      order: z.string(),
      truth: z.string(),
      given: z.string(),
      reason: z.string(),
    }),
  ),
});
export type Calibration = z.infer<typeof calibrationSchema>;

const common = { judge: z.string() };
const scoring = {
  ...common,
  /** Audits it scores in this study. */
  audits: z.array(z.string()),
  /** Samples of those so far. */
  samples: z.object({ scored: z.int(), unscored: z.int() }),
};

/**
 * `model`: the one a study file names, tried on known answers first. `rule`: the rules of the world,
 * which score whatever no model does; no gate is put on them. `lexical`: words alone, shown beside
 * transcripts; it scores nothing that a verdict counts.
 */
export const studyJudgeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('model'),
    ...scoring,
    /** State of the step that tries it. */
    trial: z.enum(['waiting', 'running', 'done', 'failed', 'interrupted']),
    /** Null until it has been tried. */
    calibration: calibrationSchema.nullable(),
    /** What the recorded verdict made of it; null before there is one. */
    verdict: z
      .object({
        outcome: outcomeSchema,
        gate: gateSchema,
        /** Names of all other gates that fail. */
        otherFailures: z.array(z.string()),
      })
      .nullable(),
  }),
  z.object({ kind: z.literal('rule'), ...scoring }),
  z.object({ kind: z.literal('lexical'), ...common, calibration: calibrationSchema }),
]);
export type StudyJudge = z.infer<typeof studyJudgeSchema>;

/** `GET /api/studies/:study/judge`: every judge of the study, the one that decides most first. */
export const judgesSchema = z.object({ judges: z.array(studyJudgeSchema) });
export type Judges = z.infer<typeof judgesSchema>;
