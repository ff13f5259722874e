import { z } from 'zod';
import { FORMATS } from './hostile-case.ts';

/** An order to a worker: try the cases of a batch, beginning with number `from`. */
export const orderSchema = z.object({ seed: z.number(), batch: z.number(), from: z.number() });
export type Order = z.infer<typeof orderSchema>;

/** What a worker reports after each case. */
export const reportSchema = z.object({
  /** Number within the batch. */
  at: z.number(),
  format: z.enum(FORMATS),
  outcome: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('accepted') }),
    z.object({ kind: z.literal('refused'), code: z.string(), message: z.string() }),
    z.object({ kind: z.literal('bug'), message: z.string() }),
  ]),
  milliseconds: z.number(),
  /** Highest resident memory of the process so far. */
  peakMegabytes: z.number(),
});
export type CaseReport = z.infer<typeof reportSchema>;
