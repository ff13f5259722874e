import { z } from 'zod';

const agreementSchema = z.object({
  correct: z.int(),
  n: z.int(),
  kappa: z.number().nullable(),
});

/** `GET /api/judge`: the calibration of the lexical judge, and of any whose result is on file. */
export const judgesSchema = z.object({
  judges: z.array(
    z.object({
      judge: z.string(),
      set: z.string(),
      items: z.int(),
      /** The gate that verdicts put on judges. */
      gate: z.object({ ok: z.boolean(), detail: z.string() }),
      overall: agreementSchema,
      orders: z.array(agreementSchema.extend({ order: z.string() })),
      unscored: z.int(),
      classes: z.array(agreementSchema.extend({ class: z.string() })),
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
    }),
  ),
});
export type Judges = z.infer<typeof judgesSchema>;
